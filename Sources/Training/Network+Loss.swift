import Models
import Networks
import Tensors

extension Network {
  /// Returns the mean loss of a batch and its gradient in the parameters.
  ///
  /// Batch normalization uses the statistics of the batch.
  ///
  /// - Shape: `inputs` `[batch] + inputShape`, `labels` `[batch]` of `int64`; the gradient is
  ///   `[parameters.count]`.
  /// - Throws: `NetworkError.inputMismatch`.
  public func lossAndGradient(
    of loss: some ScoreLoss = ClassificationLoss.crossEntropy, on inputs: Tensor, labels: Tensor
  ) throws -> (loss: Tensor, gradient: Tensor) {
    let (value, gradient) = try valueAndGradient(at: parameters.values) {
      try with(parameters: $0).meanLoss(loss, on: inputs, labels: labels)
    }
    return (value, gradient)
  }

  /// Returns the mean loss of a batch; batch normalization uses the statistics of the batch.
  package func meanLoss(
    _ loss: some ScoreLoss, on inputs: Tensor, labels: Tensor
  ) throws(NetworkError) -> Tensor {
    loss.mean(try output(of: inputs, mode: .training), labels: labels)
  }

  /// This network with other parameters, `[parameters.count]` of them.
  package func with(parameters values: Tensor) -> Network {
    var twin = self
    twin.parameters = parameters.with(values: values)
    return twin
  }
}

extension Tensor {
  /// This gradient, shortened to a norm of at most `limit`.
  ///
  /// - Source: "On the difficulty of training recurrent neural networks" (2012), section 3.2.
  public func clipped(toNorm limit: Double) -> Tensor {
    self * (limit / norm().clamped(from: 1e-30)).clamped(through: 1)
  }
}
