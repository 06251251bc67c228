import Networks
import Tensors

/// The linear part of an affine operation, forward and transposed.
///
/// - Shape: `[rows] + input` to `[rows] + output` and back, for any number of rows.
struct AffineMap: Sendable {
  indirect enum Kind: Sendable {
    /// `x · weightᵀ` along the last axis; the weight is `[out, in]`.
    case dense(DenseWeight)
    /// Multiplies elementwise by a constant that broadcasts to the input's shape.
    case scale(Tensor)
    case reshape
    case transpose([Int])
    case convolution(ConvolutionWeight)
    /// An operation with at most one constant operand, transposed by differentiation; the flag
    /// tells on which side of the input the constant stands.
    case general(Operation, Network, constant: Tensor?, constantIsFirst: Bool)
    /// Another map without negative coefficients, the other way round.
    case adjoint(AffineMap)
  }

  let kind: Kind
  let input: ExampleShape
  let output: ExampleShape
  /// The most products that one element of a result adds up, in either direction.
  let terms: Int

  func callAsFunction(_ x: Tensor) -> Tensor { applied(to: x) { $0 } }

  /// The map with all coefficients made positive.
  func magnitude(of x: Tensor) -> Tensor { applied(to: x) { $0.magnitude() } }

  /// The map without its negative coefficients.
  func positivePart(of x: Tensor) -> Tensor { applied(to: x) { $0.relu() } }

  /// The map without its positive coefficients.
  func negativePart(of x: Tensor) -> Tensor { applied(to: x) { -(-$0).relu() } }

  /// Whether a coefficient may be negative.
  var hasNegativePart: Bool {
    switch kind {
    case .reshape, .transpose, .adjoint, .general(_, _, constant: nil, _),
      .general(.gather, _, _, _):
      false
    case .dense, .scale, .convolution, .general: true
    }
  }

  private func applied(to x: Tensor, _ change: (Tensor) -> Tensor) -> Tensor {
    let rows = x.size(0)
    switch kind {
    case .dense(let weight): return x.linear(weight: change(weight.matrix), bias: nil)
    case .scale(let factor): return x * change(factor)
    case .reshape: return x.reshaped(to: [rows] + output.sizes)
    case .adjoint(let map): return map.transposed(x)
    case .transpose(let axes):
      return input.laidOut(x).transposed(axes: axes).reshaped(to: [rows] + output.sizes)
    case .convolution(let weight):
      return input.laidOut(x).convolved(weight: change(weight.weight), bias: nil, weight.geometry)
        .reshaped(to: [rows] + output.sizes)
    case .general(let operation, let network, let constant, let constantIsFirst):
      let value = input.laidOut(x)
      // Indices are no coefficients.
      let isIndex = if case .gather = operation { true } else { false }
      let operands = constant.map { constant in
        let own = isIndex ? constant : change(constant)
        return constantIsFirst ? [own, value] : [value, own]
      }
      return operation.evaluated(
        on: operands ?? [value], in: network, input: .zeros([rows]), mode: .inference
      ).reshaped(to: [rows] + output.sizes)
    }
  }

  /// The coefficients over the input that make the same linear objective as `objectives` over the
  /// output.
  func transposed(_ objectives: Tensor) -> Tensor {
    let rows = objectives.size(0)
    switch kind {
    case .dense(let weight): return objectives.linear(weight: weight.transposed, bias: nil)
    case .scale(let factor): return objectives * factor
    case .reshape: return objectives.reshaped(to: [rows] + input.sizes)
    case .transpose(let axes):
      let back = axes.indices.map { axes.firstIndex(of: $0)! }
      return output.laidOut(objectives).transposed(axes: back).reshaped(to: [rows] + input.sizes)
    case .convolution(let weight):
      let size = Array(input.sizes.suffix(weight.geometry.stride.count))
      return weight.transposed(output.laidOut(objectives), size: size)
        .reshaped(to: [rows] + input.sizes)
    case .adjoint(let map): return map(objectives)
    case .general:
      let point = Tensor.zeros([rows] + input.sizes, dtype: objectives.dtype)
      return vectorJacobianProduct(of: { self($0) }, at: point, with: objectives).product
    }
  }
}

/// A matrix of weights, `[out, in]`, in both orders of memory: products are quickest along rows.
struct DenseWeight: Sendable {
  let matrix: Tensor
  let transposed: Tensor

  init(_ matrix: Tensor) {
    (self.matrix, transposed) = (matrix.contiguous(), matrix.transposed().contiguous())
  }
}

/// The shape of a value for one example, and how rows of it are laid out in a graph.
///
/// A graph may fold an axis into the batch: of a value `[8·batch, 16]` an example is `[8, 16]`.
struct ExampleShape: Sendable, Equatable {
  let sizes: Shape
  private let isFolded: Bool

  /// - Precondition: the first axis, and no other, has entries for each example.
  init(_ type: ValueType) {
    precondition(type.shape[0].isPerExample, "\(type) has no batch in front")
    isFolded = type.shape[0].size > 1
    sizes = (isFolded ? [type.shape[0].size] : []) + type.shape.dropFirst().map(\.size)
  }

  /// A shape without a folded axis.
  init(sizes: Shape) { (self.sizes, isFolded) = (sizes, false) }

  var count: Int { sizes.reduce(1, *) }

  /// Rows of examples in the shape that the graph's operations take.
  func laidOut(_ rows: Tensor) -> Tensor {
    isFolded ? rows.reshaped(to: [rows.size(0) * sizes[0]] + sizes.dropFirst()) : rows
  }

  /// A constant that broadcasts in the graph, shaped to broadcast to an example.
  func constant(_ tensor: Tensor) -> Tensor {
    let shape = tensor.shape
    let rank = sizes.count + (isFolded ? 0 : 1)
    // The graph's first axis is the batch, along which a constant has one entry.
    let aligned = Shape(repeating: 1, count: rank - shape.count) + shape
    return isFolded ? tensor.reshaped(to: aligned) : tensor.reshaped(to: Array(aligned.dropFirst()))
  }
}
