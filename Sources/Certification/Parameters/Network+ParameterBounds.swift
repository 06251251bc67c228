import Models
import Networks
import Tensors

extension Network {
  /// Returns bounds of the output, or of linear functions of it, over every assignment of the
  /// parameters in a ball and, where a set is given, over every input of the set.
  ///
  ///     let bounds = try network.bounds(
  ///       overParameters: ParameterBall(radius: 0.01, names: ["0.weight"]),
  ///       inputs: LinfBall(radius: 0.03), around: images, method: .crown)
  ///
  /// Each row's bounds hold for parameters of its own, so also for one assignment that all rows
  /// share.
  ///
  /// `.interval` takes every operation that has an interval rule, over the box around a ball. The
  /// other methods make each perturbed parameter a further input of the graph, over which linear
  /// objectives are bounded: weights of linear layers and of products of matrices, kernels of
  /// convolutions and of transposed ones, scales and shifts of normalizations, and parameters that
  /// are combined with the data elementwise. A convolution becomes a product of matrices: of the
  /// patches that its kernel meets, and the kernel; for known inputs its bounds are exact.
  /// `.forward` takes neither perturbed weights nor perturbed kernels.
  ///
  /// - Shape: `center` `[batch] + inputShape`; bounds have the output's shape, or `[batch, rows]`
  ///   with a specification. An interval's specification combines the bounds of single outputs.
  /// - Units: the output's; double precision, or single if the arithmetic is. An infinite bound
  ///   means that nothing is known there.
  /// - Soundness: with `.proven`, for the network in real arithmetic, and for perturbed parameters
  ///   that are rounded to the precision they are stored in. With `.single`, up to rounding.
  /// - Complexity: intervals take a few evaluations in double precision. Linear objectives have a
  ///   coefficient for each example, row and moved parameter, and at a convolution whose kernel
  ///   moves one for each element that the kernel meets at each place; many rows are taken in
  ///   pieces.
  /// - Throws: `NetworkError.missingParameter` for a name that there is not;
  ///   `NetworkError.inputMismatch`; `NetworkError.unsupported`, naming the node that has no rule,
  ///   or the convolution whose kernel meets more than 2²⁵ numbers of all examples together;
  ///   `CancellationError`.
  /// - Source: "Automatic Perturbation Analysis for Scalable Certified Robustness and Beyond"
  ///   (2020), section 3.1, for perturbed parameters; "Computability of Global Solutions to
  ///   Factorable Nonconvex Programs: Part I" (1976) for planes of products; "Fast and Parallel
  ///   Interval Arithmetic" (1999), section 2, for intervals of products whose first factor may be
  ///   negative, which are looser than the hull. Deviations: parameters reach the relaxations as a
  ///   part of the input; kernels may be perturbed, which the public code refuses.
  public func bounds(
    overParameters ball: ParameterBall, inputs set: (any PerturbationSet)? = nil,
    around center: Tensor, of specification: LinearSpecification? = nil,
    method: BoundMethod = .crown, arithmetic: BoundArithmetic = .proven
  ) throws -> Box {
    try checkInput(center)
    let moved = try ParameterRegion(ball, of: parameters)
    let region =
      set.map { InputRegion($0, around: center) }
      ?? InputRegion(Box(lower: center, upper: center))
    if method == .interval {
      return try intervalBounds(
        over: region, parameters: moved.boxes(of: parameters), of: specification)
    }
    guard !moved.indices.isEmpty else {
      return try bounds(over: region, of: specification, method: method, arithmetic: arithmetic)
    }
    let lifted = try ParameterLifting.network(
      from: self, lifting: moved.indices, examples: region.batch)
    return try lifted.bounds(
      over: region.joined(with: moved), of: specification, method: method, arithmetic: arithmetic)
  }

  private func intervalBounds(
    over region: InputRegion, parameters boxes: [Int: Box], of specification: LinearSpecification?
  ) throws(NetworkError) -> Box {
    let output = try intervals(
      of: [graph.output], over: region.box, parameters: boxes.mapValues { Interval($0) })[0]
    guard let specification else { return output.box }
    // A file may have fixed the batch.
    let type = graph.outputType
    let example = type.isPerExample ? type : ValueType([.batch] + type.shape.dropFirst())
    let objectives = specification.objectives(over: ExampleShape(example), dtype: .float64)
    let columns = output.moved { $0.reshaped(to: [region.batch, -1, 1]) }
    let image = Interval(point: objectives.coefficients.flattened(from: 2)).matmul(columns)
      .moved { $0.squeezed(axes: [2]) }
    return (image + Interval(point: objectives.constants)).box
  }
}
