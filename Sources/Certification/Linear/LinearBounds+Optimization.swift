import Networks
import Tensors

/// Optimizable bounds: passes with α and β of their own.
extension LinearBounds {
  /// The α of the relaxations before a step, as they were made, and β of 0.
  func initialParameters(rows: Int, before target: Int, constraints: SplitConstraints)
    -> RelaxationParameters
  {
    var parameters = RelaxationParameters()
    func forEveryRow(_ x: Tensor) -> Tensor {
      x.broadcast(to: [region.batch, rows] + x.shape.dropFirst(2))
    }
    for (index, relaxation) in relaxations.enumerated() where index <= target {
      guard case .planes(let planes)? = relaxation,
        case .activation(let function) = plan.steps[index].rule
      else { continue }
      if let kink = function.kink, planes.isOpen?.any().booleans[0] ?? false {
        parameters[.alpha, index] = forEveryRow(
          (planes.lowerSlopes[0] - kink.left) / (kink.right - kink.left))
      }
      for (kind, tangents) in [
        (RelaxationParameters.Kind.lowerTangent, planes.lowerTangents),
        (.upperTangent, planes.upperTangents),
      ] {
        guard let tangents, (tangents.upper .> tangents.lower).any().booleans[0],
          let bounds = intermediateBounds[plan.steps[index].operands[0]]
        else { continue }
        // Where the lines touch if nothing is chosen.
        let middle = ((bounds.lower + bounds.upper) * 0.5).expandedDimension(at: 1)
        parameters[kind, index] = forEveryRow(tangents.nearest(to: middle))
      }
    }
    for (step, known) in constraints.bounds { parameters[.beta, step] = known.lower.zerosLike() }
    return parameters
  }

  /// Returns a value of the parameters after a step, projected onto its domain.
  ///
  /// - `step`: in units of the range that the value may take, or of 1.
  func stepped(
    _ value: Tensor, by step: Tensor, _ key: RelaxationParameters.Key,
    in constraints: SplitConstraints
  ) -> Tensor {
    guard key.kind != .beta else { return constraints.admitted(value + step, of: key.step) }
    guard case .planes(let planes)? = relaxations[key.step] else { return value }
    let tangents = key.kind == .lowerTangent ? planes.lowerTangents : planes.upperTangents
    guard key.kind != .alpha, let tangents else {
      return (value + step).clamped(from: 0, through: 1)
    }
    return tangents.nearest(to: value + step * (tangents.upper - tangents.lower))
  }

  /// A pass with these relaxations where they are open.
  func pass(with parameters: RelaxationParameters) -> BackwardPass {
    var changed = relaxations
    for (key, value) in parameters.values {
      guard key.kind != .beta, case .planes(var planes)? = changed[key.step],
        case .activation(let function) = plan.steps[key.step].rule,
        let bounds = intermediateBounds[plan.steps[key.step].operands[0]]
      else { continue }
      switch key.kind {
      case .alpha:
        guard let isOpen = planes.isOpen, let kink = function.kink else { continue }
        planes.lowerSlopes[0] = Tensor.choosing(
          kink.slope(at: value), where: isOpen, otherwise: planes.lowerSlopes[0])
      case .lowerTangent, .upperTangent:
        planes.touch(function, at: value, isUpper: key.kind == .upperTangent, over: bounds)
      case .beta: break
      }
      changed[key.step] = .planes(planes)
    }
    return BackwardPass(plan: plan, relaxations: changed, sizes: sizes)
  }

  /// Returns lower bounds of objectives, with parameters that were found elsewhere.
  func lowerBounds(
    of objectives: LinearObjectives, at target: Int, with parameters: RelaxationParameters,
    constraints: SplitConstraints = SplitConstraints()
  ) -> Tensor {
    let parameters = parameters.cast(to: plan.dtype)
    var trace: BackwardPass.Trace?
    return region.minimum(
      of: pass(with: parameters).propagated(
        objectives, from: target, trace: &trace, subtracting: parameters,
        in: constraints.cast(to: plan.dtype)))
  }

  /// The same bounds to search with.
  func cast(to dtype: DType) -> LinearBounds {
    guard dtype != plan.dtype else { return self }
    return LinearBounds(
      plan.single, over: region, intermediateBounds: intermediateBounds.map { $0?.cast(to: dtype) },
      relaxations: relaxations.map { $0?.cast(to: dtype) }, sizes: nil, until: deadline)
  }
}

extension Relaxation {
  /// Lets the lower or the upper line touch a curve at other points, where these are open.
  fileprivate mutating func touch(
    _ function: ElementwiseFunction, at points: Tensor, isUpper: Bool, over bounds: Bounds
  ) {
    guard let tangents = isUpper ? upperTangents : lowerTangents else { return }
    let isOpen = tangents.upper .> tangents.lower
    let line = Curve(
      value: function.evaluated,
      bounds: Bounds(
        lower: bounds.lower.expandedDimension(at: 1), upper: bounds.upper.expandedDimension(at: 1))
    ).tangentLine(at: tangents.nearest(to: points))
    func chosen(_ new: Tensor, _ old: Tensor) -> Tensor {
      Tensor.choosing(new, where: isOpen, otherwise: old)
    }
    if isUpper {
      upperSlopes[0] = chosen(line.slope, upperSlopes[0])
      upperIntercept = chosen(line.high, upperIntercept)
    } else {
      lowerSlopes[0] = chosen(line.slope, lowerSlopes[0])
      lowerIntercept = chosen(line.low, lowerIntercept)
    }
  }
}
