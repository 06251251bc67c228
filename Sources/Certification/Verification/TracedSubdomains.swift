import Networks
import Tensors

/// Subdomains with the coefficients of their objectives at every step of a backward pass.
struct TracedSubdomains {
  let subdomains: SubdomainBatch
  let bounds: LinearBounds
  let pass: BackwardPass
  let trace: BackwardPass.Trace
  /// The objectives in the input, `[subdomains, 1] + input`.
  let input: LinearObjectives

  /// Where the subdomains' bounds are lowest; `[subdomains, 1] + input`.
  var minimizer: Tensor { bounds.region.minimizer(of: input.coefficients) }

  /// Both sides of a split of each of some subdomains, one row for each split: first all upper
  /// sides, then all lower ones.
  ///
  /// Over a narrower range a relaxation is tighter, but may be looser beyond it: β of the new
  /// constraint keeps objectives as they were in the neuron's argument, as far as it can, so that
  /// sides hardly begin below the subdomain that was split.
  func split(
    _ rows: [Int], at splits: [ReLUSplit]
  ) -> (subdomains: SubdomainBatch, bounds: LinearBounds) {
    var sides = subdomains.split(rows, at: splits)
    let after = bounds.rows(Tensor(rows + rows)).cut(at: splits)
    let lines = after.pass(with: sides.parameters).relaxations
    for step in Set(splits.map(\.step)) {
      let upper = splits.indices.filter { splits[$0].step == step }
      let sideRows = upper + upper.map { $0 + splits.count }
      let subdomainRows = (upper + upper).map { rows[$0] }
      let places = (upper + upper).map { splits[$0].place }
      let old = sides.parameters[.beta, step]!
      var multipliers = old.elements(rows: sideRows, places: places)
      for (index, coefficients) in trace.coefficients
      where bounds.plan.steps[index].operands == [step] {
        guard case .planes(let before)? = pass.relaxations[index],
          case .planes(let after)? = lines[index]
        else { continue }
        // Where β makes up for the change, the neuron's coefficient is the parent's.
        let own = coefficients.forEach(batch: subdomains.count)
          .elements(rows: subdomainRows, places: places)
        func change(_ slopes: KeyPath<Relaxation, [Tensor]>) -> Tensor {
          after[keyPath: slopes][0].elements(rows: sideRows, places: places)
            - before[keyPath: slopes][0].elements(rows: subdomainRows, places: places)
        }
        let positive = own.relu()
        multipliers =
          multipliers + positive * change(\.lowerSlopes) + (own - positive) * change(\.upperSlopes)
      }
      let known = sides.constraints.bounds[step]!.map {
        $0.elements(rows: sideRows, places: places)
      }
      sides.parameters[.beta, step] = old.setting(
        rows: sideRows, places: places, to: known.admitted(multipliers))
    }
    return (sides, after)
  }
}
