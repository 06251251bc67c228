import Networks
import Tensors

/// A model that reveals a class label and nothing else.
public protocol DecisionOracle: Sendable {
  /// Returns one label per row of `inputs`, whose shape is `[batch] + features`.
  func labels(of inputs: Tensor) throws -> [Int]
}

/// A model that also reveals its scores.
public protocol ScoreOracle: DecisionOracle {
  /// Returns unnormalized scores of shape `[batch, classes]`.
  func logits(of inputs: Tensor) throws -> Tensor
}

/// A model that also reveals gradients.
public protocol GradientOracle: ScoreOracle {
  /// Returns the scores at `inputs`, and the gradient in `inputs` of a function of the scores.
  ///
  /// - Shape: `objective` maps `[batch, classes]` to one number; the gradient has the shape of
  ///   `inputs`.
  func logitsAndGradient(
    at inputs: Tensor, of objective: (Tensor) throws -> Tensor
  ) throws -> (logits: Tensor, gradient: Tensor)
}

/// A model whose graph and parameters can be read, as certification needs.
public protocol TransparentModel: GradientOracle {
  var network: Network { get }
}

extension ScoreOracle {
  /// The label with the highest score; ties go to the lowest index. It is -1, no label at all,
  /// where a score is NaN.
  public func labels(of inputs: Tensor) throws -> [Int] {
    try logits(of: inputs).decisions().integers
  }

  /// Returns the scores of many rows, evaluating `batchSize` at a time.
  ///
  /// - Throws: what the model throws, and `CancellationError` when the task is cancelled.
  public func logits(of inputs: Tensor, batchSize: Int) throws -> Tensor {
    guard inputs.size(0) > batchSize else { return try logits(of: inputs) }
    let pieces = try stride(from: 0, to: inputs.size(0), by: batchSize).map { start in
      try Task.checkCancellation()
      return try logits(of: inputs[start..<min(start + batchSize, inputs.size(0))])
    }
    return Tensor.concatenating(pieces)
  }
}

extension TransparentModel {
  public func logits(of inputs: Tensor) throws -> Tensor { try network.output(of: inputs) }

  public func logitsAndGradient(
    at inputs: Tensor, of objective: (Tensor) throws -> Tensor
  ) throws -> (logits: Tensor, gradient: Tensor) {
    var logits: Tensor?
    let gradient = try Tensors.gradient(at: inputs) { point in
      let scores = try network.output(of: point)
      logits = scores.detached()
      return try objective(scores)
    }
    return (logits!, gradient)
  }
}

extension Network: TransparentModel {
  public var network: Network { self }
}

extension Tensor {
  /// The place of the highest of each row of scores; the first of equal ones, and -1 where a score
  /// is NaN.
  ///
  /// - Shape: `[batch, classes]` to `[batch]` of `int64`.
  public func decisions() -> Tensor {
    let highest = argmax(axis: 1)
    return highest.replacing(with: highest.filled(with: -1), where: isNaN.any(axes: [1]))
  }
}
