import Tensors

/// What a classifier said about labeled examples: the common ground of all metrics.
///
/// Computed in double precision, whatever the scores came in. Everything is a number, whatever the
/// scores are: an infinite score counts as the largest number of single precision, and a row with a
/// NaN says nothing. Its probabilities are equal, and it counts as a prediction of the class after
/// its label, which is wrong.
public struct Predictions: Sendable {
  /// Unnormalized scores, `[examples, classes]`.
  public let logits: Tensor
  /// True labels, `[examples]` of `int64`.
  public let labels: Tensor
  /// Probabilities, `[examples, classes]`.
  public let probabilities: Tensor
  /// The label of the highest score for each example.
  public let decisions: Tensor
  /// The confidence: the probability of the predicted class of each example.
  public let confidences: Tensor
  /// False where a score was NaN.
  public let isDecided: Tensor
  /// 1 where the prediction is correct, 0 elsewhere.
  public let hits: Tensor

  /// - Precondition: there is a label for each row, and every label is a class.
  public init(logits: Tensor, labels: Tensor) {
    precondition(
      logits.rank == 2 && labels.shape == [logits.size(0)],
      "scores of shape \(logits.shape) and labels of shape \(labels.shape)")
    let scores = logits.cast(to: .float64)
    let isDecided = !scores.isNaN.any(axes: [1])
    let limit = Double(Float.greatestFiniteMagnitude)
    self.init(
      numbers: scores.clamped(from: -limit, through: limit).replacing(
        with: scores.zerosLike(), where: (!isDecided).expandedDimension(at: 1)),
      labels: labels, isDecided: isDecided)
  }

  private init(numbers: Tensor, labels: Tensor, isDecided: Tensor) {
    (logits, self.labels, self.isDecided) = (numbers, labels, isDecided)
    probabilities = numbers.softmax(axis: 1)
    let wrong = (labels + 1).remainder(dividingBy: Tensor(scalar: numbers.size(1)))
    decisions = numbers.argmax(axis: 1).replacing(with: wrong, where: !isDecided)
    confidences = probabilities.max(axes: [1])
    hits = (isDecided .& (decisions .== labels)).cast(to: .float64)
  }

  public var count: Int { labels.count }
  public var classes: Int { logits.size(1) }

  /// The rows at `indices`.
  public func rows(_ indices: Tensor) -> Predictions {
    Predictions(
      numbers: logits.gathering(indices), labels: labels.gathering(indices),
      isDecided: isDecided.gathering(indices))
  }

  // MARK: Accuracy

  /// The accuracy, with Wilson's interval.
  public var accuracy: Estimate {
    .proportion(Int(hits.sum().item().rounded()), of: count)
  }

  /// The confusion matrix: how often class `row` was predicted as class `column`.
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

  /// The squared distance of the probabilities from the truth, summed over the classes, for each
  /// example.
  ///
  /// - Source: "Verification of Forecasts Expressed in Terms of Probability" (1950).
  public var brierScores: Tensor {
    let truth = labels.oneHot(classes: classes).cast(to: .float64)
    return (probabilities - truth).square().sum(axes: [1])
  }
}
