extension Operator {
  fileprivate static let batchNorm = Operator("batch_norm")
  fileprivate static let layerNorm = Operator("layer_norm")
  fileprivate static let groupNorm = Operator("group_norm")
  fileprivate static let softmax = Operator("softmax", "int")
  fileprivate static let logSoftmax = Operator("log_softmax", "int")
  fileprivate static let crossEntropy = Operator("cross_entropy_loss")
}

extension Tensor {
  /// Scales each channel by fixed statistics, as a trained network does.
  ///
  /// - Shape: `[batch, channels] + spatial`; all four others are `[channels]`.
  public func batchNormalized(
    scale: Tensor, bias: Tensor, mean: Tensor, variance: Tensor, epsilon: Double
  ) -> Tensor {
    Operator.batchNorm(
      .tensor(self), .tensor(scale), .tensor(bias), .tensor(mean), .tensor(variance), false, 0.0,
      .real(epsilon), true)
  }

  /// Scales each channel by the statistics of this batch, as in training.
  public func batchNormalized(scale: Tensor, bias: Tensor, epsilon: Double) -> Tensor {
    Operator.batchNorm(
      .tensor(self), .tensor(scale), .tensor(bias), nil, nil, true, 0.0, .real(epsilon), true)
  }

  /// Centers and scales over the last axes, whose shape is that of `scale` and `bias`.
  public func layerNormalized(
    shape: Shape, scale: Tensor? = nil, bias: Tensor? = nil, epsilon: Double = 1e-5
  ) -> Tensor {
    Operator.layerNorm(
      .tensor(self), .integers(shape), .optional(scale), .optional(bias), .real(epsilon))
  }

  /// Centers and scales over each of `groups` groups of channels and the spatial axes.
  ///
  /// - Shape: `[batch, channels] + spatial`; `scale` and `bias` are `[channels]`.
  public func groupNormalized(
    groups: Int, scale: Tensor? = nil, bias: Tensor? = nil, epsilon: Double = 1e-5
  ) -> Tensor {
    Operator.groupNorm(
      .tensor(self), .integer(groups), .optional(scale), .optional(bias), .real(epsilon))
  }

  /// Positive numbers that add up to 1 along `axis`.
  public func softmax(axis: Int = -1) -> Tensor { Operator.softmax(.tensor(self), .integer(axis)) }

  public func logSoftmax(axis: Int = -1) -> Tensor {
    Operator.logSoftmax(.tensor(self), .integer(axis))
  }

  /// The mean negative logarithm of the labels' probabilities.
  ///
  /// - Shape: `self` `[batch, classes]`, unnormalized; `labels` `[batch]` of `int64`.
  public func crossEntropy(labels: Tensor) -> Tensor {
    Operator.crossEntropy(.tensor(self), .tensor(labels))
  }
}
