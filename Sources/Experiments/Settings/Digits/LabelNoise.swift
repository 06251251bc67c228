import Datasets
import Tensors

/// Wrong labels of a known kind, whose closed form is a transition matrix.
package enum LabelNoise: Sendable, Hashable {
  /// A label is changed with this chance, to any of the other classes alike.
  case symmetric(share: Double)
  /// A label is changed with this chance, to the next class; after the last comes the first.
  case pair(share: Double)

  /// The chance that a label is changed.
  package var share: Double {
    switch self {
    case .symmetric(let share), .pair(let share): share
    }
  }

  /// The chance of each noisy label (column) for each true one (row).
  ///
  /// With `ε` the share and `c` the classes: `1 - ε` on the diagonal, and elsewhere `ε / (c - 1)`
  /// if the noise is symmetric, or `ε` for the next class if it is of pairs.
  ///
  /// - Shape: `[classes, classes]` of `float64`; rows add up to 1.
  package func transition(classes: Int) -> Tensor {
    let identity = Tensor.identity(classes, dtype: .float64)
    return switch self {
    case .symmetric(let share):
      identity * (1 - share) + (1 - identity) * (share / Double(classes - 1))
    case .pair(let share): identity * (1 - share) + identity.rolled(by: 1, axis: 1) * share
    }
  }

  /// Returns the data with noisy labels; inputs and order stay.
  ///
  /// - Throws: `DataError.noLabels`.
  /// - Precondition: the share lies in `0...1`, and there are two classes or more.
  package func applied(
    to data: Dataset, using generator: inout Generator
  ) throws -> Dataset {
    switch self {
    case .symmetric(let share):
      return try data.flippingLabels(share: share, using: &generator)
    case .pair(let share):
      precondition(0...1 ~= share && data.classCount > 1, "a share of \(share)")
      let isMoved = Tensor.full(share, [data.count]).bernoulli(using: &generator).integers
      return try data.relabeled(
        zip(data.requiredLabels(), isMoved).map { ($0 + $1) % data.classCount })
    }
  }
}
