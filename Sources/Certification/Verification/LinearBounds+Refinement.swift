import Tensors

/// Bounds of hidden steps made anew in parts of a region.
extension LinearBounds {
  /// Bounds of hidden steps in parts, from what the bounds of the whole region were found with.
  ///
  /// A part's splits make lines before a step exact, or closer; the slopes and points that were best
  /// for the whole region are good in its parts, and cost one pass.
  ///
  /// - `known`: bounds of the steps in the parts, `[parts] + step`; the result's are nowhere looser.
  /// - `first`: the first step that parts split; nothing before it is made anew.
  /// - Precondition: this is one example's bounds, optimized.
  /// - Soundness: as that of these bounds.
  func refined(_ known: [Ends?], after first: Int) throws -> [Ends?] {
    let parts = known.compactMap { $0 }.first!.lower.size(0)
    var bounds = LinearBounds(
      plan, over: region.rows(Tensor(Array(repeating: 0, count: parts))),
      ends: plan.steps.map { _ in nil },
      sizes: sizes?.rows(Tensor(Array(repeating: 0, count: parts))),
      until: deadline)
    for step in plan.bounded {
      let own = known[step]!
      let made = step > first ? try bounds.madeAnew(own, at: step, hiddenSlack[step] ?? []) : own
      bounds.set(made, at: step)
    }
    return bounds.ends
  }

  /// The tighter of these bounds of a step and those of forms with slack for them.
  private func madeAnew(_ ends: Ends, at step: Int, _ slack: [HiddenSlack]) throws -> Ends {
    let shape = plan.steps[step].shape
    let (parts, count) = (region.batch, shape.count)
    var (lower, upper) = (ends.lower.flattenedRows(), ends.upper.flattenedRows())
    for hidden in slack {
      let isOpen =
        plan.usesOnlySign(of: step)
        ? ((lower .< 0) .& (upper .> 0)).any(axes: [0]).gathering(hidden.places)
        : .ones([hidden.places.count], dtype: .bool)
      let open = isOpen.nonzeroIndices().flattened()
      let chunk = max(1, Self.largestPass / (2 * parts * plan.largestStep))
      for start in stride(from: 0, to: open.count, by: chunk) {
        try deadline.check()
        let some = open[start..<min(start + chunk, open.count)]
        let places = hidden.places.gathering(some)
        let rows = Tensor.concatenating([some, some + hidden.places.count])
        let least = lowerBounds(
          of: .elements(places, of: shape, dtype: plan.dtype), at: step,
          with: hidden.slack.map { $0.gathering(rows, axis: 1) })
        func placed(_ values: Tensor, into whole: Tensor) -> Tensor {
          let index = places.expandedDimension(at: 0).broadcast(to: [parts, places.count])
          return whole.scattering(values, at: index, axis: 1)
        }
        let n = places.count
        let found = Ends(
          lower: placed(least.narrowed(axis: 1, from: 0, count: n), into: lower),
          upper: placed(-least.narrowed(axis: 1, from: n, count: n), into: upper)
        ).meeting(Ends(lower: lower, upper: upper))
        (lower, upper) = (found.lower, found.upper)
      }
    }
    return Ends(lower: lower, upper: upper).map { $0.reshaped(to: [parts] + shape.sizes) }
  }
}
