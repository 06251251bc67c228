import Methods
import Networks
import Tensors

/// Learns, from scores on data that the model did not train on, how to make confidences honest.
public protocol Calibrator: Method {
  /// Returns the map of scores that fits the data best.
  ///
  /// - Shape: `logits` `[examples, classes]`, `labels` `[examples]` of `int64`.
  func fitted(to logits: Tensor, labels: Tensor) throws -> any Calibration
}

extension Calibrator {
  public static var access: ModelAccess { .scores }
}

/// A map of scores to better calibrated ones.
public protocol Calibration: Sendable {
  /// Returns the calibrated scores; both are `[examples, classes]`.
  func applied(to logits: Tensor) -> Tensor

  /// Adds the map's operations behind scores.
  func append(
    to builder: inout GraphBuilder, scores: Graph.ValueID
  ) throws(NetworkError) -> Graph.ValueID

  /// What was learned, in words of one line: `temperature 1.43`.
  var summary: String { get }
}

extension Network {
  /// This network, its scores calibrated.
  ///
  /// - Precondition: the output is a row of logits for each example.
  public func calibrated(by calibration: any Calibration) throws -> Network {
    try rewritten(by: { _, _, _ in nil }, ending: { try calibration.append(to: &$0, scores: $1) })
  }
}
