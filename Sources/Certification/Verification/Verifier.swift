import Models
import Networks
import Tensors

/// A complete verifier of properties of networks: with a proof, a counterexample, or a timeout.
///
///     let verifier = Verifier(network, timeout: 60)
///     switch try verifier.verify(property) { … }
///
/// Attacks come first, whatever the network is made of, then bounds of the whole box, then branch
/// and bound: with input splits where it has few features, or at the thresholds of decision trees;
/// with ReLU splits and refinement of intermediate bounds else. A network without linear
/// relaxations is bounded by intervals; where these have no rule either, what no attack breaks is
/// `unknown`.
///
/// - Soundness: `holds` is a proof for the network in real arithmetic, its parameters being the
///   numbers that are stored: every bound that closes a subdomain is computed in double precision
///   with all rounding added. `violated` is what evaluating the network in its own precision shows,
///   and the rows of the case, strict ones too, in exact arithmetic. The input lies in the
///   property's box; it is of double precision where the box holds no number of the network's, and
///   then breaks the property evaluated in either.
/// - Source: "Fast and Complete: Enabling Complete Verification with Rapid and Massively Parallel
///   Incomplete Verifiers" (2021); "Beta-CROWN: Efficient Bound Propagation with Per-neuron Split
///   Constraints for Complete and Incomplete Neural Network Robustness Verification" (2021).
///   Deviations: inputs are split along the feature that the relaxations' loss is traced to; bounds
///   are made without a tape.
public struct Verifier: Sendable {
  public let network: Network
  /// In seconds, of the whole verification; it is kept to about half a second.
  public var timeout: Double
  /// Where random starts of attacks come from.
  public var seed: UInt64
  /// A box that varies in at most so many features is split by features; with 0, none ever is.
  public var splitsInputsUpTo: Int
  /// For how long neurons are split, in seconds, before intermediate bounds are refined, which
  /// takes turns with splitting from then on.
  public var refinesAfter: Double
  private let means: Means

  /// What a network can be bounded by.
  fileprivate enum Means: Sendable {
    case relaxations(RelaxationPlan)
    case intervals
    /// Why there is nothing.
    case attacks(NetworkError)
  }

  public init(
    _ network: Network, timeout: Double = 300, seed: UInt64 = 0, splitsInputsUpTo: Int = 12,
    refinesAfter: Double = 1
  ) {
    (self.network, self.timeout, self.seed) = (network, timeout, seed)
    (self.splitsInputsUpTo, self.refinesAfter) = (splitsInputsUpTo, refinesAfter)
    means = Means(network)
  }

  /// The progress of a branch and bound.
  public struct Progress: Sendable {
    /// Subdomains that are neither proved nor refuted.
    public let open: Int
    /// Subdomains that are proved.
    public let proved: Int
  }

  /// Verifies one property.
  ///
  /// - Throws: `VerificationError.otherNetwork` if the property is about other numbers of features
  ///   or outputs; `.emptyBox`; `CancellationError`.
  public func verify(
    _ property: VerificationProperty, report: (Progress) -> Void = { _ in }
  ) throws -> VerificationResult {
    try check(property)
    if property.cases.isEmpty { return .holds }
    guard timeout > 0 else { return .timeout }
    do {
      return try verify(
        CaseGroup.groups(of: property.cases), until: Deadline(seconds: timeout), report)
    } catch is DeadlinePassed {
      return .timeout
    }
  }

  private func verify(
    _ groups: [CaseGroup], until deadline: Deadline, _ report: (Progress) -> Void
  ) throws -> VerificationResult {
    var generator = Generator(seed: seed)
    for group in groups {
      let search = CounterexampleSearch(network: network, group: group, deadline: deadline)
      if let found = try search.attack(restarts: 8, steps: 12, using: &generator) {
        return .violated(found)
      }
      // Where bounds are loose, or gradients say nothing, more points are worth their time.
      if hasJumps,
        let found = try search.sample(count: 4096, seconds: timeout / 20, using: &generator)
      {
        return .violated(found)
      }
    }
    var undecided: VerificationResult?
    for group in groups {
      let result = try verify(group, until: deadline, &generator, report)
      switch result {
      case .holds: continue
      case .violated: return result
      case .timeout, .unknown: undecided = undecided ?? result
      }
    }
    return undecided ?? .holds
  }

  /// What splitting neurons leaves open is split by features if at most so many vary: beyond,
  /// halving boxes has no prospect of an end.
  private static let mostFeatures = 64.0

  /// - Throws: `DeadlinePassed`, `CancellationError`.
  private func verify(
    _ group: CaseGroup, until deadline: Deadline, _ generator: inout Generator,
    _ report: (Progress) -> Void
  ) throws -> VerificationResult {
    let search = CounterexampleSearch(network: network, group: group, deadline: deadline)
    let plan: RelaxationPlan
    switch means {
    case .relaxations(let relaxations): plan = relaxations
    case .intervals:
      return try IntervalSplitting(search: search, deadline: deadline).verify {
        report(Progress(open: $0, proved: $1))
      }
    case .attacks(let error): return .unknown(error.description)
    }
    let varying = (group.box.upper .> group.box.lower).cast(to: .int64).sum().item()
    func tell(open: Int, proved: Int) { report(Progress(open: open, proved: proved)) }
    let splitting = InputSplitting(plan: plan, search: search, until: deadline)
    if group.polynomialCount > 0 {
      guard varying <= Self.mostFeatures else {
        return .unknown(
          "Products of variables are excluded by splitting the box, which takes at most "
            + "\(Int(Self.mostFeatures)) inputs that vary.")
      }
      return try splitting.verify(report: tell)
    }
    if splitsInputsUpTo > 0, varying <= Double(splitsInputsUpTo) || splitting.cuts != nil {
      return try splitting.verify(report: tell)
    }
    guard splitsInputsUpTo > 0, varying <= Self.mostFeatures else {
      return try verifyByReLUSplitting(plan, group, search, until: deadline, &generator, report)
    }
    // Smooth neurons can be split for ever: half of the time is kept for features.
    let first = plan.hasCurves ? deadline.halfway : deadline
    do {
      let result = try verifyByReLUSplitting(plan, group, search, until: first, &generator, report)
      guard case .unknown = result else { return result }
    } catch is DeadlinePassed {
      try deadline.check()
    }
    return try splitting.verify(report: tell)
  }

  /// Bounds of the whole box first, more and more of them optimized, then branch and bound of the
  /// cases that are left.
  private func verifyByReLUSplitting(
    _ plan: RelaxationPlan, _ group: CaseGroup, _ search: CounterexampleSearch,
    until deadline: Deadline,
    _ generator: inout Generator, _ report: (Progress) -> Void
  ) throws -> VerificationResult {
    let shape = [1] + plan.steps[plan.source].shape.sizes
    let region = InputRegion(
      Box(lower: group.box.lower.reshaped(to: shape), upper: group.box.upper.reshaped(to: shape)))
    var left = Array(0..<group.caseCount)
    var bounds = try LinearBounds(plan, over: region, until: deadline)
    left = try group.undecided(left, by: bounds, optimizing: nil)
    if !left.isEmpty {
      left = try group.undecided(left, by: bounds, optimizing: SlopeOptimization(iterations: 40))
    }
    guard !left.isEmpty else { return .holds }
    if let found = try search.attack(restarts: 30, steps: 60, using: &generator) {
      return .violated(found)
    }
    let small = bounds.withoutDeadNeurons
    bounds = try LinearBounds(
      small.plan, over: region, known: small.intermediateBounds, sizes: small.sizes,
      intermediate: .optimized(SlopeOptimization(iterations: 30)), until: deadline)
    return try BranchAndBound(search: search, firstTurn: refinesAfter).verify(left, in: bounds) {
      report(Progress(open: $0, proved: $1))
    }
  }

  /// Whether outputs may jump where inputs do not, or may not be bounded at all.
  private var hasJumps: Bool {
    if case .relaxations(let plan) = means { plan.hasJumps } else { true }
  }

  private func check(_ property: VerificationProperty) throws(VerificationError) {
    let features = network.inputShape.reduce(1, *)
    let outputs = network.graph.outputType.count
    guard property.featureCount == features, property.outputCount == outputs else {
      throw .otherNetwork(
        features: property.featureCount, outputs: property.outputCount, actualFeatures: features,
        actualOutputs: outputs)
    }
    for (index, item) in property.cases.enumerated() {
      let isOrdered = (item.box.lower .<= item.box.upper).all().booleans[0]
      let isFinite =
        item.box.lower.isFinite.all().booleans[0]
        && item.box.upper.isFinite.all().booleans[0]
      guard isFinite else { throw .unboundedBox(index) }
      guard isOrdered else { throw .emptyBox(index) }
    }
    guard network.parameters.values.isFinite.all().booleans[0] else { throw .notANumber }
  }
}

extension Verifier.Means {
  init(_ network: Network) {
    do throws(NetworkError) {
      let plan = try RelaxationPlan(network)
      // An operation without a composition is enclosed in intervals.
      if plan.hasJumps { try plan.network.checkIntervalSupport() }
      self = .relaxations(plan)
    } catch {
      do throws(NetworkError) {
        try network.checkIntervalSupport()
        self = .intervals
      } catch {
        self = .attacks(error)
      }
    }
  }
}
