import Networks
import Tensors

/// Parts with what their forms meet on the way back to the input.
struct TracedParts {
  let parts: PartBatch
  let bounds: LinearBounds
  let pass: BackwardPass
  let trace: BackwardPass.Trace
  /// The forms in the input, `[parts, 1] + input`.
  let input: LinearForms

  /// Where the parts' bounds are lowest; `[parts, 1] + input`.
  var minimizer: Tensor { bounds.region.minimizer(of: input.coefficients) }

  /// Both sides of a split of each of some parts, one row for each split: first all upper sides, then
  /// all lower ones.
  ///
  /// Over a narrower range lines lie closer to a function, but may lie farther away beyond it: the
  /// multiplier of the new end keeps forms as they were in the neuron's argument, as far as it can,
  /// so that sides hardly begin below the part that was cut.
  func split(
    _ rows: [Int], at splits: [NeuronSplit]
  ) -> (parts: PartBatch, bounds: LinearBounds) {
    var sides = parts.split(rows, at: splits)
    let after = bounds.rows(Tensor(rows + rows)).cut(at: splits)
    let lines = after.pass(with: sides.slack).relaxations
    for step in Set(splits.map(\.step)) {
      let upper = splits.indices.filter { splits[$0].step == step }
      let sideRows = upper + upper.map { $0 + splits.count }
      let partRows = (upper + upper).map { rows[$0] }
      let places = (upper + upper).map { splits[$0].place }
      let old = sides.slack[.multiplier, step]!
      var multipliers = old.elements(rows: sideRows, places: places)
      for (index, coefficients) in trace.coefficients
      where bounds.plan.steps[index].operands == [step] {
        guard case .planes(let before)? = pass.relaxations[index],
          case .planes(let after)? = lines[index]
        else { continue }
        // Where multipliers make up for the change, the neuron meets the coefficient that it met.
        let own = coefficients.forEach(batch: parts.count)
          .elements(rows: partRows, places: places)
        func change(_ slopes: KeyPath<Relaxation, [Tensor]>) -> Tensor {
          after[keyPath: slopes][0].elements(rows: sideRows, places: places)
            - before[keyPath: slopes][0].elements(rows: partRows, places: places)
        }
        let positive = own.relu()
        multipliers =
          multipliers + positive * change(\.lowerSlopes) + (own - positive) * change(\.upperSlopes)
      }
      let known = sides.ranges.ends[step]!.map { $0.elements(rows: sideRows, places: places) }
      sides.slack[.multiplier, step] = old.setting(
        rows: sideRows, places: places, to: known.admitted(multipliers))
    }
    return (sides, after)
  }
}
