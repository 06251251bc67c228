import Networks
import Tensors

/// Bounds of feature maps in patches mode.
extension LinearBounds {
  /// Bounds of one step by linear objectives in the patch that each of its places depends on.
  ///
  /// - `isOpen`: the elements that are wanted, of shape `[batch] + step`.
  /// - Precondition: the region is a box; everything before the step is relaxed.
  func bounds(
    of step: Int, in patches: Patches, within box: Bounds, where isOpen: Tensor,
    improving optimization: SlopeOptimization?
  ) throws -> Bounds {
    let channels = plan.steps[step].shape.sizes[0]
    let count = patches.places.reduce(1, *)
    // Of each place all channels or none, since they share the windows.
    let places = isOpen.reshaped(to: [region.batch, channels, count])
      .any(axes: [1]).flattened().nonzeroIndices().flattened()
    let objectives = LinearObjectives.elements(
      .range(0..<channels), of: patches.plan.steps[patches.plan.output].shape, dtype: plan.dtype)
    var lowers: [Tensor] = []
    var uppers: [Tensor] = []
    let windows = bounds(in: patches)
    let chunk = max(1, Self.largestPass / (2 * channels * patches.plan.largestStep))
    for start in stride(from: 0, to: places.count, by: chunk) {
      try deadline.check()
      let some = windows.rows(places[start..<min(start + chunk, places.count)])
      let least =
        try optimization?.lowerBounds(of: objectives, at: patches.plan.output, in: some)
        ?? some.lowerBounds(of: objectives)
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
    return Bounds(
      lower: placed(lowers, into: box.lower), upper: placed(uppers, into: box.upper)
    ).meeting(box)
  }

  /// The bounds before a step, in the patches of all of its places.
  private func bounds(in patches: Patches) -> LinearBounds {
    /// - Shape: `[batch, rows] + step` to `[batch · places, rows, window]`.
    func windows(_ x: Tensor, _ origin: Patches.Origin) -> Tensor {
      origin.window.gathered(from: x.forEach(batch: region.batch), places: patches.places)
    }
    func rows(_ x: Tensor, _ origin: Patches.Origin) -> Tensor {
      windows(x.expandedDimension(at: 1), origin).squeezed(axes: [1])
    }
    let relaxations = patches.origins.map { origin -> StepRelaxation? in
      if origin.isMask {
        let inside = Tensor.ones([1, 1] + plan.steps[origin.step].shape.sizes, dtype: plan.dtype)
        return .planes(.mask(windows(inside, origin)))
      }
      guard case .planes(let planes)? = self.relaxations[origin.step] else { return nil }
      return .planes(planes.map { windows($0, origin) })
    }
    let sizes = sizes.map { sizes in
      RoundingSizes(patches.plan, values: patches.origins.map { rows(sizes.values[$0.step], $0) })
    }
    return LinearBounds(
      patches.plan, over: region.mapBox { rows($0, patches.origins[patches.plan.source]) },
      intermediateBounds: patches.origins.map { origin in
        intermediateBounds[origin.step]?.map { rows($0, origin) }
      },
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
