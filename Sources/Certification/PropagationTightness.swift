import Foundation
import Models
import Networks
import Tensors

/// How tight interval bounds are: the radius of the smallest box that holds a network's outputs,
/// over the radius of the box that interval bound propagation finds.
///
/// Both radii are those of the network's linearization at the input: ReLUs pass what is active
/// there and stop the rest. For a network without ReLUs nothing is approximated. A ratio of 1
/// says that interval bounds lose nothing; it falls as layers get wider and more.
///
/// - Source: "Understanding Certified Training with Interval Bound Propagation" (2023), section 3,
///   where the quantity for ReLUs is called local tightness; checked against its public code.
///   That code bounds differences of scores when labels are given, and floors both radii at 1e-8;
///   here outputs are bounded as they are, and a radius of zero counts as exactly bounded.
public struct PropagationTightness: Sendable {
  /// The radius of the smallest box, `[batch, outputs]` in double precision.
  public let optimalRadius: Tensor
  /// The radius of the propagated box, `[batch, outputs]` in double precision.
  public let intervalRadius: Tensor

  /// Measures a network around each input.
  ///
  /// Only the proportions of the set's box matter, since a linearization has no scale.
  ///
  /// - Shape: `inputs` `[batch] + inputShape`.
  /// - Complexity: as many gradients as the network has outputs, and two evaluations.
  /// - Throws: `NetworkError.inputMismatch`, or `.unsupported` for what is neither affine nor
  ///   linear in pieces with one operand, such as maximum pooling.
  public init(
    of model: some TransparentModel, around inputs: Tensor, within set: some PerturbationSet
  ) throws(NetworkError) {
    let network = model.network
    try network.checkInput(inputs)
    guard network.fixedBatch.map({ $0 == inputs.size(0) }) ?? true else {
      throw .inputMismatch(
        expected: "\(network.graph.inputType.shape)", actual: inputs.shape)
    }
    let radius = set.box(around: inputs).spread.cast(to: .float64)
    let values = try network.values(of: inputs)
    // Reports what is unsupported before the gradients are taken, which cannot throw.
    intervalRadius = try network.change(of: radius, values, usingMagnitudes: true)
    let origin = radius.zerosLike()
    var columns: [Tensor] = []
    for output in 0..<intervalRadius.size(1) {
      let slope = Tensors.gradient(at: origin) { moved in
        do {
          return try network.change(of: moved, values, usingMagnitudes: false)
            .selecting(output, axis: 1).sum()
        } catch {
          preconditionFailure("\(error)")
        }
      }
      columns.append((slope.magnitude() * radius).flattenedRows().sum(axes: [1], keepingAxes: true))
    }
    optimalRadius = .concatenating(columns, axis: 1)
  }

  /// Measures linear maps that are applied one after the other, first one first.
  ///
  /// - Shape: weights `[..., outputs, inputs]`, whose leading axes are many networks at once;
  ///   `radius` `[inputs]` of the first, all ones if left out. Radii are `[..., outputs]`.
  /// - Precondition: there is a weight.
  public init(ofLinear weights: [Tensor], radius: Tensor? = nil) {
    precondition(!weights.isEmpty, "no linear maps")
    let weights = weights.map { $0.cast(to: .float64) }
    let radius = (radius?.cast(to: .float64) ?? .ones([weights[0].size(-1)], dtype: .float64))
      .expandedDimension(at: 1)
    let product = weights.dropFirst().reduce(weights[0]) { $1.matmul($0) }
    optimalRadius = product.magnitude().matmul(radius).squeezed(axes: [-1])
    intervalRadius = weights.reduce(radius) { $1.magnitude().matmul($0) }.squeezed(axes: [-1])
  }

  /// The tightness of each output, from 0 to 1 up to rounding; NaN where a radius is.
  public var ratios: Tensor {
    let ratios = optimalRadius / intervalRadius
    return ratios.replacing(with: ratios.onesLike(), where: intervalRadius .== 0)
  }

  /// The mean over all outputs and inputs; NaN where a radius is.
  public var mean: Double { ratios.mean().item() }

  /// What tightness two linear maps with normally distributed weights have: the expected optimal
  /// radius over the expected propagated one.
  ///
  /// It is `√π Γ((d + 1) / 2) / (d Γ(d / 2))`, about `√(π / 2d)`. A network's own ratio, averaged
  /// over networks, lies above by up to 1% at width 4, for it is a ratio before it is averaged.
  ///
  /// - Source: "Understanding Certified Training with Interval Bound Propagation" (2023), section
  ///   3, tightness at initialization.
  /// - Precondition: `width`, of the layer between the maps, is positive.
  public static func expectedAtInitialization(width: Int) -> Double {
    precondition(width > 0, "a layer of width \(width)")
    let d = Double(width)
    return Double.pi.squareRoot() * exp(lgamma((d + 1) / 2) - lgamma(d / 2)) / d
  }
}

extension Network {
  /// How the output of this network's linearization changes with its input, `[batch, outputs]`.
  fileprivate func change(
    of input: Tensor, _ values: [Tensor], usingMagnitudes: Bool
  ) throws(NetworkError) -> Tensor {
    let rule = Linearization(usesMagnitudes: usingMagnitudes)
    var changes = [Tensor?](repeating: nil, count: graph.nodes.count)
    for (id, node) in graph.nodes.enumerated() {
      changes[id] =
        id == graph.input
        ? input
        : try rule.change(
          of: node, changes: node.operands.map { changes[$0] },
          values: node.operands.map { values[$0] }, result: values[id])
    }
    let output = changes[graph.output] ?? values[graph.output].cast(to: .float64).zerosLike()
    return output.flattenedRows()
  }
}
