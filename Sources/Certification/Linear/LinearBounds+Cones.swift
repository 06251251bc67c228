import Networks
import Tensors

/// Bounds of feature maps, place by place.
extension LinearBounds {
  /// Bounds of one step by linear forms in what each of its places depends on.
  ///
  /// - `isOpen`: the elements that are wanted, of shape `[batch] + step`.
  /// - Precondition: the region is a box; everything before the step is relaxed.
  func ends(
    of step: Int, in cone: ReceptiveCone, within box: Ends, where isOpen: Tensor,
    improving optimization: SlopeOptimization?
  ) throws -> Ends {
    let channels = plan.steps[step].shape.sizes[0]
    let count = cone.places.reduce(1, *)
    // Of each place all channels or none, since they share the windows.
    let places = isOpen.reshaped(to: [region.batch, channels, count])
      .any(axes: [1]).flattened().nonzeroIndices().flattened()
    let forms = LinearForms.elements(
      .range(0..<channels), of: cone.plan.steps[cone.plan.output].shape, dtype: plan.dtype)
    var lowers: [Tensor] = []
    var uppers: [Tensor] = []
    let windows = bounds(in: cone)
    let chunk = max(1, Self.largestPass / (2 * channels * cone.plan.largestStep))
    for start in stride(from: 0, to: places.count, by: chunk) {
      try deadline.check()
      let some = windows.rows(places[start..<min(start + chunk, places.count)])
      let least =
        try optimization?.lowerBounds(of: forms, at: cone.plan.output, in: some)
        ?? some.lowerBounds(of: forms)
      lowers.append(least.narrowed(axis: 1, from: 0, count: channels))
      uppers.append(-least.narrowed(axis: 1, from: channels, count: channels))
    }
    guard !lowers.isEmpty else { return box }
    func placed(_ values: [Tensor], into box: Tensor) -> Tensor {
      let rows = box.reshaped(to: [region.batch, channels, count]).transposed(1, 2)
      return rows.reshaped(to: [-1, channels])
        .replacingRows(at: places, with: .concatenating(values))
        .reshaped(to: [region.batch, count, channels]).transposed(1, 2).reshaped(to: box.shape)
    }
    return Ends(
      lower: placed(lowers, into: box.lower), upper: placed(uppers, into: box.upper)
    ).meeting(box)
  }

  /// What is known before a step, in the windows of all of its places.
  private func bounds(in cone: ReceptiveCone) -> LinearBounds {
    /// - Shape: `[batch, rows] + step` to `[batch · places, rows, window]`.
    func windows(_ x: Tensor, _ origin: ReceptiveCone.Origin) -> Tensor {
      origin.window.gathered(from: x.forEach(batch: region.batch), places: cone.places)
    }
    func rows(_ x: Tensor, _ origin: ReceptiveCone.Origin) -> Tensor {
      windows(x.expandedDimension(at: 1), origin).squeezed(axes: [1])
    }
    let relaxations = cone.origins.map { origin -> StepRelaxation? in
      if origin.isMask {
        let inside = Tensor.ones([1, 1] + plan.steps[origin.step].shape.sizes, dtype: plan.dtype)
        return .planes(.mask(windows(inside, origin)))
      }
      guard case .planes(let planes)? = self.relaxations[origin.step] else { return nil }
      return .planes(planes.map { windows($0, origin) })
    }
    let sizes = sizes.map { sizes in
      RoundingSizes(cone.plan, values: cone.origins.map { rows(sizes.values[$0.step], $0) })
    }
    return LinearBounds(
      cone.plan, over: region.mapBox { rows($0, cone.origins[cone.plan.source]) },
      ends: cone.origins.map { origin in ends[origin.step]?.map { rows($0, origin) } },
      relaxations: relaxations, sizes: sizes, until: deadline)
  }
}

extension Relaxation {
  /// Multiplies by 0 or by 1.
  fileprivate static func mask(_ inside: Tensor) -> Relaxation {
    let none = inside.zerosLike()
    return Relaxation(
      lowerSlopes: [inside], upperSlopes: [inside], lowerIntercept: none, upperIntercept: none)
  }
}
