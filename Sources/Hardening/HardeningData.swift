import Datasets
import Models
import Tensors

/// Labeled data, and what hardening methods need to know of it.
public struct HardeningData: Sendable {
  public let dataset: Dataset
  /// `[examples] + features`.
  public let inputs: Tensor
  /// `[examples]` of `int64`.
  public let labels: Tensor
  /// The perturbations that the network is to withstand.
  public let perturbations: (any PerturbationSet)?
  /// The group of each example, counted from 0; `[examples]` of `int64`.
  public let groups: Tensor?
  /// How many examples each group has, at least one; a vector, empty without groups.
  public let groupSizes: Tensor

  /// - Throws: `DataError` without labels, `PerturbationError.empty`, and `GroupError`.
  public init(
    _ dataset: Dataset, within perturbations: (any PerturbationSet)? = nil, groups: [Int]? = nil
  ) throws {
    try perturbations?.checkInhabited(around: dataset.inputs)
    (self.dataset, self.perturbations) = (dataset, perturbations)
    (inputs, labels) = (dataset.inputs, Tensor(try dataset.requiredLabels()))
    groupSizes =
      try groups.map { try Self.sizes(of: $0, examples: dataset.count) } ?? Tensor([Float]())
    self.groups = groups.map { Tensor($0) }
  }

  func has(_ need: HardeningNeed) -> Bool {
    switch need {
    case .perturbations: perturbations != nil
    case .groups: groups != nil
    }
  }

  func batch(_ rows: Tensor) -> HardeningBatch {
    HardeningBatch(
      inputs: inputs.gathering(rows), labels: labels.gathering(rows),
      groups: groups?.gathering(rows), perturbations: perturbations)
  }

  private static func sizes(of groups: [Int], examples: Int) throws(GroupError) -> Tensor {
    guard groups.count == examples else {
      throw .unequalLengths(examples: examples, groups: groups.count)
    }
    guard let highest = groups.max(), groups.allSatisfy({ $0 >= 0 }), highest < groups.count else {
      throw .badGroup(groups.first { $0 < 0 || $0 >= examples } ?? 0)
    }
    var counts = [Float](repeating: 0, count: highest + 1)
    for group in groups { counts[group] += 1 }
    if let empty = counts.firstIndex(of: 0) { throw .empty(group: empty) }
    return Tensor(counts)
  }
}

/// The examples of one step.
public struct HardeningBatch: Sendable {
  /// `[batch] + features`.
  public let inputs: Tensor
  /// `[batch]` of `int64`.
  public let labels: Tensor
  /// `[batch]` of `int64`.
  public let groups: Tensor?
  let perturbations: (any PerturbationSet)?

  /// The perturbations that the network is to withstand.
  ///
  /// - Precondition: the method says that it needs them.
  public var set: any PerturbationSet {
    guard let perturbations else { preconditionFailure("the method does not say what it needs") }
    return perturbations
  }
}

/// Why a hardening method cannot begin.
public enum HardeningError: Error, Hashable, CustomStringConvertible {
  case missing(HardeningNeed, method: String)

  public var description: String {
    switch self {
    case .missing(.perturbations, let method):
      "The method '\(method)' needs the perturbations to withstand: a norm and a radius."
    case .missing(.groups, let method):
      "The method '\(method)' needs the group of each example."
    }
  }
}
