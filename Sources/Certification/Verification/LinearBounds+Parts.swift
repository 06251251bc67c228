import Tensors

/// Bounds of parts, made of those of the parts that they lie in.
extension LinearBounds {
  /// The same bounds for some of the examples.
  func rows(_ places: Tensor) -> LinearBounds {
    LinearBounds(
      plan, over: region.rows(places), ends: ends.map { $0?.rows(places, of: region.batch) },
      relaxations: relaxations.map { $0?.rows(places, of: region.batch) },
      sizes: sizes?.rows(places), until: deadline)
  }

  /// The same bounds with the range of one neuron of each example cut: first all upper sides, then
  /// all lower ones.
  ///
  /// Only the lines of the activations that these neurons feed are made anew.
  ///
  /// - Precondition: all rows of a form share the lines.
  func split(at splits: [NeuronSplit]) -> LinearBounds {
    let count = splits.count
    let both = rows(Tensor(Array(0..<count) + Array(0..<count)))
    var (ends, relaxations) = (both.ends, both.relaxations)
    for step in Set(splits.map(\.step)) {
      let upper = splits.indices.filter { splits[$0].step == step }
      let (sides, places) = (
        upper + upper.map { $0 + count }, (upper + upper).map { splits[$0].place }
      )
      let points = Tensor(upper.map { splits[$0].point }).cast(to: plan.dtype)
      let whole = ends[step]!
      let own = Ends(
        lower: .concatenating([
          points,
          whole.lower.elements(
            rows: Array(sides[upper.count...]), places: Array(places[..<upper.count])),
        ]),
        upper: .concatenating([
          whole.upper.elements(rows: upper, places: Array(places[..<upper.count])), points,
        ]))
      ends[step] = Ends(
        lower: whole.lower.setting(rows: sides, places: places, to: own.lower),
        upper: whole.upper.setting(rows: sides, places: places, to: own.upper))
      for (index, user) in plan.steps.enumerated() where user.operands.contains(step) {
        guard case .planes(let planes)? = relaxations[index] else { continue }
        if case .activation(let function) = user.rule {
          relaxations[index] = .planes(
            planes.setting(rows: sides, places: places, to: function.relaxation(over: own)))
        } else {
          // Made anew as a whole.
          relaxations[index] = nil
        }
      }
    }
    return LinearBounds(
      plan, over: both.region, ends: ends, relaxations: relaxations, sizes: both.sizes,
      until: deadline)
  }
}

extension Ends {
  fileprivate func rows(_ places: Tensor, of batch: Int) -> Ends {
    Ends(
      lower: lower.forEach(batch: batch).gathering(places),
      upper: upper.forEach(batch: batch).gathering(places))
  }
}

extension StepRelaxation {
  fileprivate func rows(_ places: Tensor, of batch: Int) -> StepRelaxation {
    switch self {
    case .planes(let planes): .planes(planes.map { $0.forEach(batch: batch).gathering(places) })
    case .matmul(let planes):
      .matmul(
        MatmulRelaxation(
          left: planes.left.rows(places, of: batch), right: planes.right.rows(places, of: batch)))
    }
  }
}

extension Relaxation {
  fileprivate func map(_ change: (Tensor) -> Tensor) -> Relaxation {
    Relaxation(
      lowerSlopes: lowerSlopes.map(change), upperSlopes: upperSlopes.map(change),
      lowerIntercept: change(lowerIntercept), upperIntercept: change(upperIntercept),
      isOpen: isOpen.map(change))
  }

  /// These lines with those of some places of some rows replaced by `other`, of shape `[places, 1]`.
  fileprivate func setting(rows: [Int], places: [Int], to other: Relaxation) -> Relaxation {
    func set(_ old: Tensor, _ new: Tensor) -> Tensor {
      old.setting(rows: rows, places: places, to: new.flattened())
    }
    return Relaxation(
      lowerSlopes: zip(lowerSlopes, other.lowerSlopes).map(set),
      upperSlopes: zip(upperSlopes, other.upperSlopes).map(set),
      lowerIntercept: set(lowerIntercept, other.lowerIntercept),
      upperIntercept: set(upperIntercept, other.upperIntercept),
      isOpen: zip([isOpen].compactMap { $0 }, [other.isOpen].compactMap { $0 }).map(set).first)
  }
}
