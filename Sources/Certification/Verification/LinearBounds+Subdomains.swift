import Tensors

/// Bounds of subdomains, made of their parents'.
extension LinearBounds {
  /// The same bounds for some of the examples.
  func rows(_ places: Tensor) -> LinearBounds {
    LinearBounds(
      plan, over: region.rows(places),
      intermediateBounds: intermediateBounds.map { $0?.rows(places, of: region.batch) },
      relaxations: relaxations.map { $0?.rows(places, of: region.batch) },
      sizes: sizes?.rows(places), until: deadline)
  }

  /// The bounds of both sides of a split of each example, which these hold twice: the upper sides
  /// first.
  ///
  /// Only the relaxations of the activations that these neurons feed are made anew.
  ///
  /// - Precondition: all rows of an objective share the relaxations.
  func cut(at splits: [ReLUSplit]) -> LinearBounds {
    let count = splits.count
    var (bounds, relaxations) = (intermediateBounds, relaxations)
    for step in Set(splits.map(\.step)) {
      let upper = splits.indices.filter { splits[$0].step == step }
      let lower = upper.map { $0 + count }
      let places = upper.map { splits[$0].place }
      let points = Tensor(upper.map { splits[$0].point }).cast(to: plan.dtype)
      let whole = bounds[step]!
      let own = Bounds(
        lower: .concatenating([points, whole.lower.elements(rows: lower, places: places)]),
        upper: .concatenating([whole.upper.elements(rows: upper, places: places), points]))
      let sides = (rows: upper + lower, places: places + places)
      bounds[step] = Bounds(
        lower: whole.lower.setting(rows: sides.rows, places: sides.places, to: own.lower),
        upper: whole.upper.setting(rows: sides.rows, places: sides.places, to: own.upper))
      for (index, user) in plan.steps.enumerated() where user.operands.contains(step) {
        if case .activation(let function) = user.rule, case .planes(let old)? = relaxations[index] {
          relaxations[index] = .planes(
            old.setting(
              rows: sides.rows, places: sides.places, to: function.relaxation(over: own)))
        } else {
          relaxations[index] = nil
        }
      }
    }
    return LinearBounds(
      plan, over: region, intermediateBounds: bounds, relaxations: relaxations, sizes: sizes,
      until: deadline)
  }
}

extension Bounds {
  fileprivate func rows(_ places: Tensor, of batch: Int) -> Bounds {
    map { $0.forEach(batch: batch).gathering(places) }
  }
}

extension StepRelaxation {
  fileprivate func rows(_ places: Tensor, of batch: Int) -> StepRelaxation {
    switch self {
    case .planes(let planes): .planes(planes.map { $0.forEach(batch: batch).gathering(places) })
    case .box(let bounds): .box(bounds.map { $0.forEach(batch: batch).gathering(places) })
    case .matmul(let planes):
      .matmul(
        MatmulRelaxation(
          left: planes.left.rows(places, of: batch), right: planes.right.rows(places, of: batch)))
    }
  }
}

extension Relaxation {
  /// These lines with those of some places of some rows replaced by `other`, of shape `[places,
  /// 1]`.
  fileprivate func setting(rows: [Int], places: [Int], to other: Relaxation) -> Relaxation {
    func set(_ old: Tensor, _ new: Tensor) -> Tensor {
      old.setting(rows: rows, places: places, to: new.flattened())
    }
    func set(_ old: Bounds, _ new: Bounds) -> Bounds {
      Bounds(lower: set(old.lower, new.lower), upper: set(old.upper, new.upper))
    }
    return Relaxation(
      lowerSlopes: zip(lowerSlopes, other.lowerSlopes).map(set),
      upperSlopes: zip(upperSlopes, other.upperSlopes).map(set),
      lowerIntercept: set(lowerIntercept, other.lowerIntercept),
      upperIntercept: set(upperIntercept, other.upperIntercept),
      isOpen: isOpen.map { set($0, other.isOpen!) },
      lowerTangents: lowerTangents.map { set($0, other.lowerTangents!) },
      upperTangents: upperTangents.map { set($0, other.upperTangents!) })
  }
}
