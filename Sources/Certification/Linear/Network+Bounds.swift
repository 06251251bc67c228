import Models
import Networks
import Tensors

/// Linear specifications: functions of a network's outputs that are bounded as a whole.
///
/// - Shape: coefficients `[rows, outputs]`, or `[batch, rows, outputs]` with rows of its own for
///   each example; constants `[rows]` or `[batch, rows]`.
public struct LinearSpecification: Sendable {
  public let coefficients: Tensor
  public let constants: Tensor

  /// - Precondition: the shapes fit each other.
  public init(coefficients: Tensor, constants: Tensor? = nil) {
    precondition(2...3 ~= coefficients.rank, "coefficients of shape \(coefficients.shape)")
    let shape = Array(coefficients.shape.dropLast())
    let constants = constants ?? .zeros(shape, dtype: coefficients.dtype)
    precondition(constants.shape == shape, "constants of shape \(constants.shape), not \(shape)")
    (self.coefficients, self.constants) = (coefficients, constants)
  }

  /// The margins of each example's label over every other class: positive where the label wins.
  ///
  /// - Shape: `labels` `[batch]`; one row for each other class.
  public static func margins(labels: [Int], classes: Int) -> LinearSpecification {
    let own = Tensor(labels).oneHot(classes: classes).cast(to: .float64)
    let rows = labels.map { label in
      let others = (0..<classes).filter { $0 != label }
      return -Tensor(others).oneHot(classes: classes).cast(to: .float64)
    }
    return LinearSpecification(
      coefficients: Tensor.stacking(rows) + own.expandedDimension(at: 1))
  }

  /// The objectives over an output of this shape.
  func objectives(over output: ExampleShape, dtype: DType) -> LinearObjectives {
    let rows = coefficients.rank == 2 ? coefficients.expandedDimension(at: 0) : coefficients
    let offsets = constants.rank == 1 ? constants.expandedDimension(at: 0) : constants
    precondition(
      rows.size(2) == output.count, "\(rows.size(2)) coefficients for \(output.count) outputs")
    return LinearObjectives(
      coefficients: rows.cast(to: dtype).reshaped(to: rows.shape.prefix(2) + output.sizes),
      constants: offsets.cast(to: dtype))
  }
}

extension Network {
  /// Returns bounds of the output, or of linear functions of it, over every input of a set.
  ///
  ///     let ball = try LinfBall(radius: 0.03)
  ///     let bounds = try network.bounds(over: ball, around: images, method: .crown)
  ///
  /// A linear function is propagated backward through the last layer as a whole, which is tighter
  /// than combining the bounds of single outputs.
  ///
  /// - Shape: `center` `[batch] + inputShape`; bounds have the output's shape, or `[batch, rows]`
  ///   with a specification.
  /// - Units: the output's; double precision, or single if the arithmetic is. An infinite bound
  ///   means that nothing is known there.
  /// - Soundness: with `.proven`, for the network in real arithmetic, its parameters being the
  ///   numbers that are stored; every operation's rounding is added to the bounds. With `.single`,
  ///   up to rounding.
  /// - Throws: `NetworkError.inputMismatch`; `NetworkError.unsupported`, naming the node that has
  ///   no rule; `CancellationError`.
  /// - Source: "Automatic Perturbation Analysis for Scalable Certified Robustness and Beyond"
  ///   (2020). Deviations: softmax is bounded through differences of its arguments; maxima are
  ///   compositions of ReLUs; bounds of hidden layers are never looser than intervals; what has no
  ///   composition is bounded by intervals.
  public func bounds(
    over set: some PerturbationSet, around center: Tensor,
    of specification: LinearSpecification? = nil, method: BoundMethod = .crown,
    arithmetic: BoundArithmetic = .proven
  ) throws -> Box {
    try checkInput(center)
    return try bounds(
      over: InputRegion(set, around: center), of: specification, method: method,
      arithmetic: arithmetic)
  }

  /// Returns bounds over a box for each row.
  ///
  /// - Throws: as `bounds(over:around:of:method:arithmetic:)`.
  public func bounds(
    over box: Box, of specification: LinearSpecification? = nil, method: BoundMethod = .crown,
    arithmetic: BoundArithmetic = .proven
  ) throws -> Box {
    try checkInput(box.lower)
    return try bounds(
      over: InputRegion(box), of: specification, method: method, arithmetic: arithmetic)
  }

  func bounds(
    over region: InputRegion, of specification: LinearSpecification?, method: BoundMethod,
    arithmetic: BoundArithmetic
  ) throws -> Box {
    if method == .interval, specification == nil { return try intervalBounds(over: region.box) }
    let certified = try RelaxationPlan(self)
    let plan = arithmetic == .proven ? certified : certified.single
    let intermediate: LinearBounds.Intermediate =
      switch method {
      case .interval, .crownInterval: .interval
      case .forward: .forward
      case .crown: .backward
      case .alphaCrown(let optimization): .optimized(optimization)
      }
    let bounds = try LinearBounds(plan, over: region, intermediate: intermediate)
    let output = plan.steps[plan.output].shape
    let objectives =
      specification?.objectives(over: output, dtype: plan.dtype)
      ?? LinearObjectives(
        coefficients: Tensor.identity(output.count, dtype: plan.dtype)
          .reshaped(to: [1, output.count] + output.sizes),
        constants: .zeros([1, output.count], dtype: plan.dtype))
    func least(_ objectives: LinearObjectives) throws -> Tensor {
      if case .alphaCrown(let optimization) = method {
        return try optimization.lowerBounds(of: objectives, at: plan.output, in: bounds)
      }
      return bounds.lowerBounds(of: objectives)
    }
    // Both sides in one pass: an upper bound is a lower one of the negative.
    let chunk = max(1, LinearBounds.largestOutputPass / (region.batch * plan.largestStep))
    let found = try objectives.withNegatives.mapRows(inPiecesOf: chunk, least)
    let rows = objectives.rowCount
    let shape =
      specification == nil
      ? plan.network.graph.outputType.resolved(batch: region.batch) : [region.batch, rows]
    return Interval(
      lower: found.narrowed(axis: 1, from: 0, count: rows),
      upper: -found.narrowed(axis: 1, from: rows, count: rows)
    ).box.reshaped(to: shape)
  }
}

extension LinearObjectives {
  /// A function of each row, of so many of them at a time.
  ///
  /// - Shape: the function's results are `[batch, rows]`.
  /// - Throws: what the function throws; `CancellationError`.
  func mapRows(inPiecesOf count: Int, _ function: (LinearObjectives) throws -> Tensor) throws
    -> Tensor
  {
    guard count < rowCount else { return try function(self) }
    let pieces = try stride(from: 0, to: rowCount, by: count).map { start in
      try Task.checkCancellation()
      func piece(_ rows: Tensor) -> Tensor {
        rows.narrowed(axis: 1, from: start, count: min(count, rowCount - start))
      }
      return try function(
        LinearObjectives(
          coefficients: piece(coefficients), constants: piece(constants), inputs: inputs.map(piece))
      )
    }
    return .concatenating(pieces, axis: 1)
  }

  /// These rows, followed by their negatives.
  fileprivate var withNegatives: LinearObjectives {
    LinearObjectives(
      coefficients: .concatenating([coefficients, -coefficients], axis: 1),
      constants: .concatenating([constants, -constants], axis: 1))
  }
}

extension Box {
  fileprivate func reshaped(to shape: Shape) -> Box {
    Box(lower: lower.reshaped(to: shape), upper: upper.reshaped(to: shape))
  }
}
