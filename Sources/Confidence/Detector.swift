import Methods
import Models
import Tensors

/// Learns from in-distribution inputs to tell others from them.
public protocol Detector: Method {
  /// Returns a detector for this model.
  ///
  /// - Shape: `inputs` `[examples] + features`, in-distribution ones.
  /// - Throws: what the model throws, and `CancellationError` when the task is cancelled.
  func fitted(_ model: any TransparentModel, to inputs: Tensor) throws -> any FittedDetector

  /// Why the detector can tell nothing from such scores, in a sentence; nil if it can.
  ///
  /// - Shape: `logits` `[examples, classes]`, those of the model on in-distribution inputs.
  func objection(toLogits logits: Tensor) -> String?
}

extension Detector {
  public func objection(toLogits logits: Tensor) -> String? { nil }
}

/// A detector that is ready.
public protocol FittedDetector: Sendable {
  /// Returns one number for each input, higher for a more anomalous one; shape `[examples]`.
  ///
  /// - Throws: what the model throws, and `CancellationError` when the task is cancelled.
  func anomalyScores(of inputs: Tensor) throws -> Tensor
}

/// A detector that looks at a model's scores and learns nothing.
public protocol ScoreDetector: Detector {
  /// Returns one number for each row, higher for a more anomalous one.
  ///
  /// - Shape: `logits` `[examples, classes]`; the result is `[examples]`.
  func anomalyScores(ofLogits logits: Tensor) -> Tensor
}

extension ScoreDetector {
  public static var access: ModelAccess { .scores }

  public func fitted(
    _ model: any TransparentModel, to inputs: Tensor
  ) throws -> any FittedDetector {
    FittedScoreDetector(detector: self, model: model)
  }
}

/// A detector by scores, and the model that gives them.
private struct FittedScoreDetector: FittedDetector {
  let detector: any ScoreDetector
  let model: any ScoreOracle

  func anomalyScores(of inputs: Tensor) throws -> Tensor {
    detector.anomalyScores(ofLogits: try model.logits(of: inputs))
  }
}
