import Networks
import Tensors

/// Passes in which what the relaxations leave open is chosen.
extension LinearBounds {
  /// What is open before a step, as the relaxations have it, and no multipliers.
  func openSlack(rows: Int, before target: Int, ranges: NeuronRanges) -> Slack {
    var slack = Slack()
    func forEveryRow(_ x: Tensor) -> Tensor {
      x.broadcast(to: [region.batch, rows] + x.shape.dropFirst(2))
    }
    for (index, relaxation) in relaxations.enumerated() where index <= target {
      guard case .planes(let planes)? = relaxation,
        case .activation(let function) = plan.steps[index].rule
      else { continue }
      if let kink = function.kink, planes.isOpen?.any().booleans[0] ?? false {
        slack[.slope, index] = forEveryRow(
          (planes.lowerSlopes[0] - kink.left) / (kink.right - kink.left))
      }
      for (kind, tangents) in [
        (Slack.Kind.lowerPoint, planes.lowerTangents), (.upperPoint, planes.upperTangents),
      ] {
        guard let tangents, (tangents.upper .> tangents.lower).any().booleans[0],
          let ends = ends[plan.steps[index].operands[0]]
        else { continue }
        // Where the lines touch if nothing is chosen.
        let middle = ((ends.lower + ends.upper) * 0.5).expandedDimension(at: 1)
        slack[kind, index] = forEveryRow(tangents.nearest(to: middle))
      }
    }
    for (step, known) in ranges.ends { slack[.multiplier, step] = known.lower.zerosLike() }
    return slack
  }

  /// Returns a value of the slack, moved, as near as may be.
  ///
  /// - `move`: in units of the range that the value may take, or of 1.
  func moved(_ value: Tensor, by move: Tensor, _ key: Slack.Key, in ranges: NeuronRanges) -> Tensor
  {
    guard key.kind != .multiplier else { return ranges.admitted(value + move, of: key.step) }
    guard case .planes(let planes)? = relaxations[key.step] else { return value }
    let tangents = key.kind == .lowerPoint ? planes.lowerTangents : planes.upperTangents
    guard key.kind != .slope, let tangents else {
      return (value + move).clamped(from: 0, through: 1)
    }
    return tangents.nearest(to: value + move * (tangents.upper - tangents.lower))
  }

  /// A pass with other lines where they are open.
  func pass(with slack: Slack) -> BackwardPass {
    var changed = relaxations
    for (key, value) in slack.values {
      guard key.kind != .multiplier, case .planes(var planes)? = changed[key.step],
        case .activation(let function) = plan.steps[key.step].rule,
        let ends = ends[plan.steps[key.step].operands[0]]
      else { continue }
      switch key.kind {
      case .slope:
        guard let isOpen = planes.isOpen, let kink = function.kink else { continue }
        planes.lowerSlopes[0] = Tensor.choosing(
          kink.slope(at: value), where: isOpen, otherwise: planes.lowerSlopes[0])
      case .lowerPoint, .upperPoint:
        planes.touch(function, at: value, isUpper: key.kind == .upperPoint, over: ends)
      case .multiplier: break
      }
      changed[key.step] = .planes(planes)
    }
    return BackwardPass(plan: plan, relaxations: changed, sizes: sizes)
  }

  /// Returns lower bounds of forms, with slack that was found elsewhere.
  func lowerBounds(
    of forms: LinearForms, at target: Int, with slack: Slack, ranges: NeuronRanges = NeuronRanges()
  ) -> Tensor {
    let slack = slack.cast(to: plan.dtype)
    var trace: BackwardPass.Trace?
    return region.minimum(
      of: pass(with: slack).pulledBack(
        forms, from: target, trace: &trace, subtracting: slack, in: ranges.cast(to: plan.dtype)))
  }

  /// The same bounds to search with.
  func cast(to dtype: DType) -> LinearBounds {
    guard dtype != plan.dtype else { return self }
    return LinearBounds(
      plan.single, over: region, ends: ends.map { $0?.cast(to: dtype) },
      relaxations: relaxations.map { $0?.cast(to: dtype) }, sizes: nil, until: deadline)
  }
}

extension Relaxation {
  /// Lets the lower or the upper line touch a curve at other points, where these are open.
  fileprivate mutating func touch(
    _ function: ElementwiseFunction, at points: Tensor, isUpper: Bool, over ends: Ends
  ) {
    guard let tangents = isUpper ? upperTangents : lowerTangents else { return }
    let isOpen = tangents.upper .> tangents.lower
    let line = Curve(
      value: function.evaluated,
      ends: Ends(
        lower: ends.lower.expandedDimension(at: 1), upper: ends.upper.expandedDimension(at: 1))
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
