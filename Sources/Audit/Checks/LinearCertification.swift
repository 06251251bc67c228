import Certification
import Models
import Networks
import Tensors

/// Certifies by linear bounds what intervals left open, batch by batch, while time is left.
///
/// At each radius it tries examples that are correctly classified and were certified at the radius
/// before. What an attack found is not asked, so that one can be held against the other. The
/// fastest method goes through all radii first.
struct LinearCertification {
  /// What one method came to, over all radii.
  struct Step {
    let method: BoundMethod
    var tried = 0
    var proven = 0
    var left = 0
  }

  /// For each radius, for each example: whether it is certified.
  private(set) var marks: [[Bool]]
  private(set) var steps: [Step] = []
  /// Why linear bounds could not be had, if so.
  private(set) var refusal: String?
  private let network: Network
  private let sample: Sample
  private let sets: [any PerturbationSet]
  private let clock = ContinuousClock()
  /// What the last batch took.
  private var secondsPerExample = 1e-3

  init(_ network: Network, _ sample: Sample, sets: [any PerturbationSet], marks: [[Bool]]) {
    (self.network, self.sample, self.sets, self.marks) = (network, sample, sets, marks)
  }

  /// - `report`: is told how much of the time is over.
  mutating func run(seconds: Double, report: (Double) -> Void) {
    guard seconds > 0, isAffordable else { return }
    let (clock, start) = (clock, clock.now)
    let deadline = start + .seconds(seconds)
    let isRight = sample.predictions.hits.elements(as: Double.self).map { $0 == 1 }
    for method in [BoundMethod.crown, .alphaCrown()] {
      var step = Step(method: method)
      for index in sets.indices {
        let open = isRight.indices.filter { row in
          isRight[row] && !marks[index][row] && (index == 0 || marks[index - 1][row])
        }
        do {
          try certify(open, at: index, by: &step, until: deadline) {
            report(min(1, (clock.now - start) / .seconds(seconds)))
          }
        } catch {
          if !(error is CancellationError) { refusal = "\(error)" }
          return
        }
      }
      if step.tried > 0 { steps.append(step) }
      guard clock.now < deadline else { return }
    }
  }

  /// What was tried, in sentences.
  var notes: [String] {
    if let refusal { return ["No linear bounds: \(refusal)"] }
    if !isAffordable { return ["Linear bounds are too expensive for a network of this size."] }
    return steps.map { step in
      let rest = step.left == 0 ? "" : " The time limit was reached before \(step.left) more."
      return "\(step.method) bounds certified \(step.proven) of \(step.tried) predictions, over "
        + "all radii, that the bounds before them left open.\(rest)"
    }
  }

  /// Whether the bounds of one example take seconds rather than minutes: a pass for every element
  /// of every value.
  private var isAffordable: Bool {
    let elements = network.graph.nodes.filter(\.type.isPerExample).reduce(0.0) { total, node in
      total + node.type.shape.dropFirst().reduce(1.0) { $0 * Double($1.size) }
    }
    return elements * network.cost.flops < 2e10
  }

  /// - Throws: `NetworkError.unsupported`, `CancellationError`.
  private mutating func certify(
    _ rows: [Int], at index: Int, by step: inout Step, until deadline: ContinuousClock.Instant,
    report: () -> Void
  ) throws {
    var rest = rows[...]
    // Optimized slopes take some fifty passes where the method before took one.
    var size = 2
    if case .alphaCrown = step.method {
      size = min(2, Int((deadline - clock.now) / .seconds(1) / (50 * secondsPerExample)))
    }
    while !rest.isEmpty, size > 0, clock.now < deadline {
      try Task.checkCancellation()
      let part = Array(rest.prefix(size))
      let start = clock.now
      let isProven = try certified(part, within: sets[index], by: step.method)
      for (row, isProven) in zip(part, isProven) where isProven { marks[index][row] = true }
      step.tried += part.count
      step.proven += isProven.count { $0 }
      rest = rest.dropFirst(part.count)
      secondsPerExample = (clock.now - start) / .seconds(1) / Double(part.count)
      // The next batch is to end in time.
      let fitting = (deadline - clock.now) / .seconds(1) / secondsPerExample
      size = min(4 * part.count, Int(max(0, min(fitting, 32))))
      report()
    }
    step.left += rest.count
  }

  private func certified(
    _ rows: [Int], within set: any PerturbationSet, by method: BoundMethod
  ) throws -> [Bool] {
    let inputs = sample.inputs.gathering(Tensor(rows))
    let labels = sample.labels.gathering(Tensor(rows))
    let margins = try network.bounds(
      over: set, around: inputs,
      of: .margins(labels: labels.integers, classes: network.classes ?? 0), method: method)
    return ((margins.lower .> 0).all(axes: [1]) .& set.isInhabited(around: inputs)).booleans
  }
}
