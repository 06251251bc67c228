import Tensors

/// Subdomains without unstable neurons, by linear programming.
///
/// Where all ReLUs are stable the network is linear and split constraints are half-spaces: a linear
/// program finds the point that comes closest to satisfying the case's rows together, and the dual
/// multipliers that prove it.
extension ReLUSplitting {
  /// A subdomain with the dual multipliers of its linear program as β, the rows combined by the
  /// dual weights, and the primal point.
  private struct Solution {
    let subdomain: SubdomainBatch
    let objective: LinearObjectives
    /// `[1, features]`
    let point: Tensor
  }

  /// Returns which subdomains a proof closes, or an input that breaks the property.
  func settled(_ batch: SubdomainBatch) throws -> (isClosed: [Bool], found: Counterexample?) {
    var isClosed: [Bool] = []
    var points: [Tensor] = []
    for row in 0..<batch.count {
      try subdomains.root.deadline.check()
      let solution = solution(of: batch.rows([row]))
      isClosed += closed(solution.subdomain, objectives: solution.objective)
      points.append(solution.point)
    }
    return (isClosed, try search.counterexample(among: .concatenating(points)))
  }

  private func solution(of subdomain: SubdomainBatch) -> Solution {
    let bounds = subdomains.bounds(of: subdomain, in: .float64)
    let pass = bounds.pass(with: subdomain.parameters.cast(to: .float64))
    var trace: BackwardPass.Trace?
    let middle = bounds.region.center.flattened()
    let spread = bounds.region.spread.flattened()
    /// Linear functions over the cube that the region's box is an image of.
    func scaled(_ objectives: LinearObjectives, from step: Int) -> (rows: Tensor, constants: Tensor)
    {
      let input = pass.propagated(objectives, from: step, trace: &trace)
      let rows = input.coefficients[0].flattened(from: 1)
      return (rows * spread, input.constants[0] + rows.matmul(middle))
    }
    var rows: [Tensor] = []
    var offsets: [Tensor] = []
    var owners: [(step: Int, places: Tensor, sign: Double)] = []
    for (step, known) in subdomain.constraints.cast(to: .float64).bounds.sorted(by: {
      $0.key < $1.key
    }) {
      for (bound, sign) in [(known.lower, 1.0), (known.upper, -1.0)] {
        let places = bound.flattened().isFinite.nonzeroIndices().flattened()
        guard places.count > 0 else { continue }
        let values = scaled(
          .elements(places, of: subdomains.plan.steps[step].shape, dtype: .float64), from: step)
        rows.append(values.rows[0..<places.count] * sign)
        offsets.append(
          (values.constants[0..<places.count] - bound.flattened().gathering(places)) * sign)
        owners.append((step, places, sign))
      }
    }
    let own = scaled(
      search.group.outputObjectives(of: place, subdomains.plan), from: subdomains.plan.output)
    let solution = LinearProgram(
      rows: rows.isEmpty ? .zeros([0, spread.count], dtype: .float64) : .concatenating(rows),
      offsets: offsets.isEmpty ? .zeros([0], dtype: .float64) : .concatenating(offsets),
      objectives: own.rows, objectiveOffsets: own.constants
    ).solution()
    let start = middle.expandedDimension(at: 0)
    guard let solution else {
      return Solution(subdomain: subdomain, objective: subdomains.objectives, point: start)
    }
    var result = subdomain
    for step in subdomain.constraints.bounds.keys {
      result.parameters[.beta, step] = subdomain.parameters[.beta, step]?.zerosLike()
    }
    var next = 0
    for (step, places, sign) in owners {
      let own = Tensor(solution.multipliers[next..<next + places.count].map { $0 * sign })
      next += places.count
      let old = result.parameters[.beta, step]!
      let sum = old.flattened().gathering(places) + own.cast(to: old.dtype)
      result.parameters[.beta, step] = old.flattened()
        .scattering(sum, at: places, axis: 0).reshaped(to: old.shape)
    }
    return Solution(
      subdomain: result,
      objective: search.group.objective(of: place, weights: solution.weights, by: subdomains.root),
      point: start + (Tensor(solution.point) * spread).expandedDimension(at: 0))
  }
}
