import Methods
import Models
import Tensors

/// Looks for inputs, within a perturbation set, that a model gets wrong.
///
/// An attack adopts one of the protocols below, which says what it sees of a model: one that needs
/// scores cannot look at gradients. It only proposes candidates; `AttackVerifier` judges them.
public protocol Attack: Method {
  /// The number of examples attacked at a time.
  var batchSize: Int { get set }

  /// The number of rows that one example becomes in a query, by which memory is budgeted.
  func rowsPerExample(classes: Int) -> Int

  /// Attacks every row and lets the verifier judge.
  ///
  /// - Shape: `inputs` `[batch] + features`, `labels` `[batch]` of `int64`.
  /// - `report`: is called with the share of the work that is done.
  /// - Throws: what the model throws, `PerturbationError.empty` if there is nothing of the set
  ///   around an input, and `CancellationError` when the task is cancelled.
  func callAsFunction(
    _ model: some TransparentModel, on inputs: Tensor, labels: Tensor,
    within set: some PerturbationSet, using generator: inout some RandomNumberGenerator,
    report: (Double) -> Void
  ) throws -> AttackOutcome
}

/// An attack along gradients of the scores.
public protocol GradientAttack: Attack {
  /// Returns one candidate for each row of a batch, a misclassified one where it found one.
  func candidates(
    _ model: some GradientOracle, from inputs: Tensor, labels: Tensor,
    within set: some PerturbationSet, using generator: inout some RandomNumberGenerator
  ) throws -> Tensor
}

/// An attack that asks for scores and nothing else.
public protocol ScoreAttack: Attack {
  /// Returns one candidate for each row of a batch, a misclassified one where it found one.
  func candidates(
    _ model: some ScoreOracle, from inputs: Tensor, labels: Tensor,
    within set: some PerturbationSet, using generator: inout some RandomNumberGenerator
  ) throws -> Tensor
}

/// An attack that asks for labels and nothing else.
public protocol DecisionAttack: Attack {
  /// Returns one candidate for each row of a batch, a misclassified one where it found one.
  func candidates(
    _ model: some DecisionOracle, from inputs: Tensor, labels: Tensor,
    within set: some PerturbationSet, using generator: inout some RandomNumberGenerator
  ) throws -> Tensor
}

extension GradientAttack {
  public static var access: ModelAccess { .gradients }

  /// Attacks every row and lets the verifier judge, as `Attack` says.
  public func callAsFunction(
    _ model: some GradientOracle, on inputs: Tensor, labels: Tensor,
    within set: some PerturbationSet, using generator: inout some RandomNumberGenerator,
    report: (Double) -> Void = { _ in }
  ) throws -> AttackOutcome {
    let meter = QueryMeter(model)
    return try inBatches(meter, inputs, labels: labels, within: set, report: report) {
      try candidates(meter, from: $0, labels: $1, within: set, using: &generator)
    }
  }
}

extension ScoreAttack {
  public static var access: ModelAccess { .scores }

  /// Attacks every row and lets the verifier judge, as `Attack` says.
  public func callAsFunction(
    _ model: some ScoreOracle, on inputs: Tensor, labels: Tensor,
    within set: some PerturbationSet, using generator: inout some RandomNumberGenerator,
    report: (Double) -> Void = { _ in }
  ) throws -> AttackOutcome {
    let meter = QueryMeter(model)
    return try inBatches(meter, inputs, labels: labels, within: set, report: report) {
      try candidates(meter, from: $0, labels: $1, within: set, using: &generator)
    }
  }
}

extension DecisionAttack {
  public static var access: ModelAccess { .labels }

  /// Attacks every row and lets the verifier judge, as `Attack` says.
  public func callAsFunction(
    _ model: some DecisionOracle, on inputs: Tensor, labels: Tensor,
    within set: some PerturbationSet, using generator: inout some RandomNumberGenerator,
    report: (Double) -> Void = { _ in }
  ) throws -> AttackOutcome {
    let meter = QueryMeter(model)
    return try inBatches(meter, inputs, labels: labels, within: set, report: report) {
      try candidates(meter, from: $0, labels: $1, within: set, using: &generator)
    }
  }
}

extension Attack {
  public func rowsPerExample(classes: Int) -> Int { 1 }

  /// Gathers the candidates of one batch after the other, and judges them.
  fileprivate func inBatches(
    _ meter: QueryMeter<some DecisionOracle>, _ inputs: Tensor, labels: Tensor,
    within set: some PerturbationSet, report: (Double) -> Void,
    candidates: (Tensor, Tensor) throws -> Tensor
  ) throws -> AttackOutcome {
    try set.checkInhabited(around: inputs)
    let total = inputs.size(0)
    var found: [Tensor] = []
    for start in stride(from: 0, to: total, by: batchSize) {
      try Task.checkCancellation()
      let rows = start..<min(start + batchSize, total)
      found.append(try candidates(inputs[rows], labels[rows]))
      report(Double(rows.upperBound) / Double(total))
    }
    let joined = Tensor.concatenating(found)
    let fooled = try AttackVerifier(set).fooled(meter, by: joined, around: inputs, labels: labels)
    return AttackOutcome(candidates: joined, fooled: fooled, queries: meter.queries)
  }
}
