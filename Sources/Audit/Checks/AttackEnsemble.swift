import Attacks
import Models
import Tensors

/// The attacks of an audit: along gradients, and by other ways where gradients mislead.
///
/// An attack that stands still proves nothing, so each radius is also searched without gradients: a
/// short random search of some examples, and a long one of all once it or the gradients themselves
/// show that they mislead. Roundings and signs are attacked through a twin without them.
struct AttackEnsemble {
  var gradient: ProjectedGradientAttack
  /// The search that probes some examples for what the gradients hid.
  var probe = SquareAttack(queries: 200)
  /// The search of all examples where gradients mislead.
  var search = SquareAttack(queries: 1000)
  /// The most examples that are probed at one radius.
  var probedExamples = 100
  /// What was found out about the gradients.
  private(set) var masking = GradientMasking()

  /// Sets the number of examples that are attacked at a time.
  mutating func useBatches(atMost size: Int) {
    gradient.batchSize = min(gradient.batchSize, size)
    (probe.batchSize, search.batchSize) = (min(probe.batchSize, size), min(search.batchSize, size))
  }

  /// Attacks every row, each attack those that the ones before it did not fool.
  ///
  /// - Shape: `inputs` `[batch] + features`, `labels` `[batch]` of `int64`.
  mutating func callAsFunction<Set: PerturbationSet>(
    _ subject: AuditSubject, on inputs: Tensor, labels: Tensor, within set: Set,
    using generator: inout Generator, report: (Double) -> Void
  ) throws -> (candidates: Tensor, fooled: [Bool]) {
    let network = subject.network
    let outcome = try gradient(
      network, on: inputs, labels: labels, within: set, using: &generator, report: report)
    var (candidates, fooled) = (outcome.candidates, outcome.fooled)

    /// Attacks those that are left, of these rows or of all, and returns how many were tried and fell.
    func tryOthers(
      among rows: [Int]? = nil, _ attack: (Tensor, Tensor) throws -> AttackOutcome
    ) throws -> (tried: Int, fell: Int) {
      let left = (rows ?? Array(fooled.indices)).filter { !fooled[$0] }
      guard !left.isEmpty else { return (0, 0) }
      let rows = Tensor(left)
      let outcome = try attack(inputs.gathering(rows), labels.gathering(rows))
      let fell = zip(left, outcome.fooled).enumerated().filter { $0.element.1 }
      if !fell.isEmpty {
        candidates = candidates.replacingRows(
          at: Tensor(fell.map(\.element.0)),
          with: outcome.candidates.gathering(Tensor(fell.map(\.offset))))
      }
      for (_, (place, _)) in fell { fooled[place] = true }
      return (left.count, fell.count)
    }

    if let through = StraightThrough(network) {
      let (_, fell) = try tryOthers {
        try gradient(through, on: $0, labels: $1, within: set, using: &generator)
      }
      masking.fellThroughSteps += fell
    }
    if !masking.isFound {
      // Who is left after few starts may fall to luck; gradients mislead if a random search does
      // more than as many queries along them.
      let probed = Array(fooled.indices.filter { !fooled[$0] }.prefix(probedExamples))
      var again = gradient
      again.restarts = max(1, probe.queries / (gradient.steps + 1))
      _ = try tryOthers(among: probed) {
        try again(network, on: $0, labels: $1, within: set, using: &generator)
      }
      let (tried, fell) = try tryOthers(among: probed) {
        try probe(network, on: $0, labels: $1, within: set, using: &generator)
      }
      masking.note(tried: tried, fell: fell)
    }
    if masking.isFound {
      let (_, fell) = try tryOthers {
        try search(network, on: $0, labels: $1, within: set, using: &generator)
      }
      masking.fellToSearch += fell
    }
    return (candidates, fooled)
  }

  /// Looks for gradients that vanish near the inputs.
  mutating func inspectGradients(
    of subject: AuditSubject, at inputs: Tensor, labels: Tensor, within set: some PerturbationSet,
    using generator: inout Generator
  ) throws {
    masking.vanishingShare = try subject.network.vanishingGradientShare(
      near: inputs, labels: labels, within: set, loss: gradient.loss, batchSize: gradient.batchSize,
      using: &generator)
  }
}

/// Signs that a model's gradients hide changes that fool it.
///
/// - Source: "Obfuscated Gradients Give a False Sense of Security: Circumventing Defenses to
///   Adversarial Examples" (2018), section 3.1.
struct GradientMasking {
  /// The share of examples whose gradient is zero or no number.
  var vanishingShare = 0.0
  /// How many fell to an attack through roundings and signs that withstood the gradients.
  var fellThroughSteps = 0
  /// How many fell to a search that withstood everything along gradients.
  var fellToSearch = 0
  private var isProbed = false

  /// Whether gradients of this model cannot be trusted.
  var isFound: Bool { vanishingShare > 0.1 || fellThroughSteps > 0 || isProbed }

  /// Takes note of a probe; a few that fall may be luck, more are a sign.
  mutating func note(tried: Int, fell: Int) {
    fellToSearch += fell
    if fell >= max(2, tried / 20) { isProbed = true }
  }

  /// What the user should know, if anything was found.
  var warning: String? {
    guard isFound else { return nil }
    var signs: [String] = []
    if vanishingShare > 0.1 { signs.append("vanish for \(vanishingShare.percent) of examples") }
    if fellThroughSteps + fellToSearch > 0 {
      signs.append(
        "miss \(fellThroughSteps + fellToSearch) adversarial examples that gradient-free attacks find"
      )
    }
    return "Gradients are masked: they \(signs.joined(separator: " and ")). Rounding, signs and "
      + "saturation defeat gradient attacks without making a model robust; the results include "
      + "gradient-free attacks, and true robust accuracy may be lower still."
  }
}
