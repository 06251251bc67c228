import Tensors

/// Weights of groups that follow the groups' losses: those that fare worse weigh more.
///
/// - Source: "Distributionally Robust Neural Networks for Group Shifts" (2019), algorithm 1:
///   `q ← q · exp(stepSize · loss)`, divided by its sum.
public struct GroupWeights: Sendable {
  /// The weights, which add up to 1; shape `[groups]`.
  public private(set) var values: Tensor
  public let stepSize: Double

  /// Starts with equal weights.
  public init(groups: Int, stepSize: Double, dtype: DType = .float32) {
    precondition(groups > 0 && stepSize >= 0, "\(groups) groups, a step size of \(stepSize)")
    values = .full(1 / Double(groups), [groups], dtype: dtype)
    self.stepSize = stepSize
  }

  /// Returns the weights after these losses.
  ///
  /// - Shape: `losses` `[groups]`.
  public func updated(by losses: Tensor) -> GroupWeights {
    var next = self
    // Logarithms add up and do not overflow; a weight of zero would never come back.
    next.values = (values.clamped(from: 1e-30).log() + losses.detached() * stepSize).softmax()
    return next
  }
}
