import Networks
import Tensors

/// Networks without the neurons that are dead over a region.
extension RelaxationPlan {
  /// Returns the plan without ReLU neurons whose arguments are nowhere above 0, with the places
  /// that are kept of each step that lost some; nil if there is none to remove.
  ///
  /// Removed are ReLUs between two dense maps; what they pass on is 0 everywhere in the region.
  /// The steps are no longer those of the plan's network: no intervals can be made of them.
  ///
  /// - `bounds`: certified bounds of the steps over the region, `[batch] + step`.
  func withoutDeadNeurons(_ bounds: [Bounds?]) -> (plan: RelaxationPlan, kept: [Int: Tensor])? {
    var kept: [Int: Tensor] = [:]
    for (index, step) in steps.enumerated() {
      guard case .activation(let function) = step.rule, function.kink?.left == 0,
        let places = livePlaces(of: index, bounds)
      else { continue }
      kept[step.operands[0]] = places
      kept[index] = places
    }
    guard !kept.isEmpty else { return nil }
    let pruned = steps.enumerated().map { index, step -> Step in
      let shape = kept[index].map { ExampleShape(sizes: [$0.count]) } ?? step.shape
      guard case .affine(let map, let offset) = step.rule, case .dense(let weight) = map.kind,
        kept[index] != nil || kept[step.operands[0]] != nil
      else {
        return Step(rule: step.rule, operands: step.operands, shape: shape, node: step.node)
      }
      var matrix = weight.matrix
      if let rows = kept[index] { matrix = matrix.gathering(rows) }
      if let columns = kept[step.operands[0]] { matrix = matrix.gathering(columns, axis: 1) }
      let own = offset.map { offset in
        kept[index].map { offset.broadcast(to: step.shape.sizes).gathering($0) } ?? offset
      }
      let smaller = AffineMap(
        kind: .dense(DenseWeight(matrix)), input: ExampleShape(sizes: [matrix.size(1)]),
        output: shape, terms: map.terms)
      return Step(
        rule: .affine(smaller, offset: own), operands: step.operands, shape: shape, node: step.node)
    }
    return (RelaxationPlan(steps: pruned, of: self), kept)
  }

  /// The neurons of a ReLU between two dense maps that are active somewhere, if some never are.
  private func livePlaces(of index: Int, _ bounds: [Bounds?]) -> Tensor? {
    let operand = steps[index].operands[0]
    guard let upper = bounds[operand]?.upper, isDense(operand), steps[index].shape.sizes.count == 1,
      uses(of: operand) == [index], uses(of: index).allSatisfy(isDense), index != output
    else { return nil }
    // A NaN knows nothing, and lives.
    let isLive = (!(upper .<= 0)).any(axes: [0])
    let places = isLive.nonzeroIndices().flattened()
    // Where all are dead all are kept, so that no tensor is empty.
    return places.count == isLive.count || places.count == 0 ? nil : places
  }

  private func isDense(_ index: Int) -> Bool {
    if case .affine(let map, _) = steps[index].rule, case .dense = map.kind { true } else { false }
  }

  private func uses(of index: Int) -> [Int] {
    steps.indices.filter { steps[$0].operands.contains(index) }
  }
}

extension LinearBounds {
  /// The same bounds of the network without the neurons that are dead over the region.
  ///
  /// - Precondition: the region's bounds are certified.
  var withoutDeadNeurons: LinearBounds {
    guard let (plan, kept) = plan.withoutDeadNeurons(intermediateBounds) else { return self }
    func own(_ values: Tensor, _ step: Int) -> Tensor {
      kept[step].map { values.gathering($0, axis: 1) } ?? values
    }
    return LinearBounds(
      plan, over: region,
      intermediateBounds: intermediateBounds.enumerated().map { step, bounds in
        bounds.map { $0.map { own($0, step) } }
      },
      sizes: sizes.map { sizes in
        RoundingSizes(plan, values: sizes.values.enumerated().map { own($1, $0) })
      }, until: deadline)
  }
}
