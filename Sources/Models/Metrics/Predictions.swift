import Tensors

/// What a classifier said about labelled examples: the common ground of all metrics.
///
/// Computed in double precision, whatever the scores came in.
public struct Predictions: Sendable {
  /// Unnormalized scores, `[examples, classes]`.
  public let logits: Tensor
  /// True labels, `[examples]` of `int64`.
  public let labels: Tensor
  /// Probabilities, `[examples, classes]`.
  public let probabilities: Tensor
  /// The label of the highest score for each example.
  public let decisions: Tensor
  /// The probability of the decision for each example.
  public let confidences: Tensor
  /// Whether every score of an example is a number; a decision among others means nothing.
  public let isDecided: Tensor
  /// 1 where the decision is right, 0 elsewhere.
  public let hits: Tensor

  /// - Precondition: there is a label for each row, and every label is a class.
  public init(logits: Tensor, labels: Tensor) {
    precondition(
      logits.rank == 2 && labels.shape == [logits.size(0)],
      "scores of shape \(logits.shape) and labels of shape \(labels.shape)")
    self.logits = logits.cast(to: .float64)
    self.labels = labels
    probabilities = self.logits.softmax(axis: 1)
    decisions = logits.argmax(axis: 1)
    confidences = probabilities.max(axes: [1])
    isDecided = probabilities.isFinite.all(axes: [1])
    hits = (isDecided .& (decisions .== labels)).cast(to: .float64)
  }

  public var count: Int { labels.count }
  public var classes: Int { logits.size(1) }

  /// The rows at `indices`.
  public func rows(_ indices: Tensor) -> Predictions {
    Predictions(logits: logits.gathering(indices), labels: labels.gathering(indices))
  }

  // MARK: Accuracy

  /// The share of right decisions, with Wilson's interval.
  public var accuracy: Estimate {
    .proportion(Int(hits.sum().item().rounded()), of: count)
  }

  /// How often class `row` was decided to be class `column`.
  public var confusion: [[Int]] {
    let cells = labels * classes + decisions
    let counts = Tensor.zeros([classes * classes], dtype: .int64)
      .addingRows(cells.onesLike(), at: cells).integers
    return (0..<classes).map { Array(counts[$0 * classes..<($0 + 1) * classes]) }
  }

  // MARK: Proper scores

  /// The negative logarithm of the label's probability, for each example.
  public var logLosses: Tensor {
    ClassificationLoss.crossEntropy.perExample(logits, labels: labels)
  }

  /// The squared distance of the probabilities from the truth, summed over the classes, for each example.
  ///
  /// - Source: "Verification of Forecasts Expressed in Terms of Probability" (1950).
  public var brierScores: Tensor {
    let truth = labels.oneHot(classes: classes).cast(to: .float64)
    return (probabilities - truth).square().sum(axes: [1])
  }
}
