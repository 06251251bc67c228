import Tensors

/// What one node of a graph computes from its operands.
///
/// The enumeration is closed: every interpretation (types, evaluation, cost, bounds, export) is one
/// exhaustive `switch`, so that a new case does not compile until each of them has an answer.
/// Layers are compositions; a case is added only when no composition serves.
///
/// Operands are listed in brackets; axes are counted from 0 and the batch is an axis as any other.
public enum Operation: Sendable {
  /// The network's input. []
  case input
  /// A trained tensor, by its index in `Parameters`. []
  case parameter(Int)
  /// A tensor that is kept with the parameters but not trained, such as a running mean. []
  case buffer(Int)
  /// A fixed tensor. []
  case constant(Tensor)
  /// [x]
  case map(ElementwiseFunction)
  /// [x, y], broadcast
  case combine(BinaryFunction)
  /// [condition, x, y], broadcast: `x` where the condition holds, else `y`
  case choose
  /// [x `[..., in]`, weight `[out, in]`, bias `[out]`?]: `x · weightᵀ + bias`
  case linear
  /// [x `[..., n, k]`, y `[..., k, m]`]
  case matmul
  /// [x `[batch, in] + spatial`, weight `[out, in / groups] + kernel`, bias `[out]`?]
  case convolution(ConvolutionGeometry)
  /// [x `[batch, in] + spatial`, weight `[in, out / groups] + kernel`, bias `[out]`?]
  case transposedConvolution(ConvolutionGeometry, outputPadding: [Int])
  /// [x `[batch, channels] + spatial`]
  case maxPool(PoolingGeometry)
  /// [x `[batch, channels] + spatial`]
  case averagePool(PoolingGeometry, countsPadding: Bool)
  /// [x `[batch, channels] + …`, scale, bias, mean, variance; each `[channels]`]
  case batchNormalization(epsilon: Double)
  /// [x, scale?, bias?]: centered and scaled over the last `axes` axes
  case layerNormalization(axes: Int, epsilon: Double)
  /// [x `[batch, channels] + spatial`, scale `[channels]`?, bias `[channels]`?]
  case groupNormalization(groups: Int, epsilon: Double)
  /// [x]
  case softmax(axis: Int)
  /// [x]
  case logSoftmax(axis: Int)
  /// [x]
  case reshape([Dimension])
  /// [x]: axis `i` of the result is axis `axes[i]` of `x`
  case transpose([Int])
  /// [x]
  case broadcast([Dimension])
  /// [x, y, …]
  case concatenate(axis: Int)
  /// [x]: every `step`-th slice from `start` up to, but not including, `end`
  case slice(axis: Int, start: Int, end: Int, step: Int)
  /// [x]
  case reverse(axis: Int)
  /// [x, indices]: the axis is replaced by the axes of the indices
  case gather(axis: Int)
  /// [x]: one pair of widths for each axis, outermost first
  case pad([PaddingWidth], PaddingMode)
  /// [x `[batch, channels] + spatial`]
  case resize([Int], InterpolationMode, alignsCorners: Bool)
  /// [x]
  case reduce(Reduction, axes: [Int], keepingAxes: Bool)
  /// [x]
  case argmax(axis: Int, keepingAxes: Bool)
  /// [x]
  case cast(DType)
}

/// What is added before and after one axis.
public struct PaddingWidth: Sendable, Hashable {
  public var before: Int
  public var after: Int

  public init(before: Int, after: Int) {
    (self.before, self.after) = (before, after)
  }
}

extension Operation {
  /// The operation's name in messages and tables.
  public var name: String {
    switch self {
    case .map(let function): "\(function)".prefix { $0 != "(" }.description
    case .combine(let function): function.rawValue
    case .reduce(let reduction, _, _): "reduce \(reduction.rawValue)"
    default: "\(self)".prefix { $0 != "(" }.description
    }
  }

  /// Whether the operation makes a value out of nothing.
  var isLeaf: Bool {
    switch self {
    case .input, .parameter, .buffer, .constant: true
    default: false
    }
  }
}
