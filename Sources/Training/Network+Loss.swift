import Models
import Networks
import Tensors

extension Network {
  /// Returns the mean loss of a batch and its gradient in the parameters.
  ///
  /// Batch normalization uses the statistics of the batch.
  ///
  /// - Shape: `inputs` `[batch] + inputShape`, `labels` `[batch]` of `int64`; the gradient is `[parameters.count]`.
  /// - Throws: `NetworkError.inputMismatch`.
  public func lossAndGradient(
    of loss: ClassificationLoss = .crossEntropy, on inputs: Tensor, labels: Tensor
  ) throws -> (loss: Tensor, gradient: Tensor) {
    let (value, slope) = try valueAndGradient(at: parameters.values) { values in
      var twin = self
      twin.parameters = parameters.with(values: values)
      return loss.mean(try twin.output(of: inputs, mode: .training), labels: labels)
    }
    return (value, slope)
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
