import Tensors

/// Parts in which nothing is left to split.
///
/// Where all neurons are on one side of their kinks, the network is linear and what is known of the
/// neurons are half-spaces: a linear program says by how little the case's rows are missed together,
/// where, and by which weights and multipliers that is proved.
extension NeuronSplitting {
  /// A part with the multipliers that prove its program's value, for rows combined as that takes,
  /// and the point where it is taken.
  private struct Solution {
    let part: PartBatch
    let form: LinearForms
    /// `[1, features]`
    let point: Tensor
  }

  /// Returns which parts a proof closes, or an input that breaks the property.
  func settled(_ batch: PartBatch) throws -> (isClosed: [Bool], found: Counterexample?) {
    var isClosed: [Bool] = []
    var points: [Tensor] = []
    for row in 0..<batch.count {
      try parts.root.deadline.check()
      let solution = solution(of: batch.rows([row]))
      isClosed += closed(solution.part, forms: solution.form)
      points.append(solution.point)
    }
    return (isClosed, try search.counterexample(among: .concatenating(points)))
  }

  private func solution(of part: PartBatch) -> Solution {
    let bounds = parts.bounds(of: part, in: .float64)
    let pass = bounds.pass(with: part.slack.cast(to: .float64))
    var trace: BackwardPass.Trace?
    let middle = bounds.region.center.flattened()
    let spread = bounds.region.spread.flattened()
    /// Forms over the cube that the region's box is an image of.
    func scaled(_ forms: LinearForms, from step: Int) -> (rows: Tensor, constants: Tensor) {
      let input = pass.pulledBack(forms, from: step, trace: &trace)
      let rows = input.coefficients[0].flattened(from: 1)
      return (rows * spread, input.constants[0] + rows.matmul(middle))
    }
    var rows: [Tensor] = []
    var offsets: [Tensor] = []
    var owners: [(step: Int, places: Tensor, sign: Double)] = []
    for (step, known) in part.ranges.cast(to: .float64).ends.sorted(by: { $0.key < $1.key }) {
      for (ends, sign) in [(known.lower, 1.0), (known.upper, -1.0)] {
        let places = ends.flattened().isFinite.nonzeroIndices().flattened()
        guard places.count > 0 else { continue }
        let values = scaled(
          .elements(places, of: parts.plan.steps[step].shape, dtype: .float64), from: step)
        rows.append(values.rows[0..<places.count] * sign)
        offsets.append(
          (values.constants[0..<places.count] - ends.flattened().gathering(places)) * sign)
        owners.append((step, places, sign))
      }
    }
    let own = scaled(search.group.outputForms(of: place, parts.plan), from: parts.plan.output)
    let solution = BoxProgram(
      rows: rows.isEmpty ? .zeros([0, spread.count], dtype: .float64) : .concatenating(rows),
      offsets: offsets.isEmpty ? .zeros([0], dtype: .float64) : .concatenating(offsets),
      heights: own.rows, heightOffsets: own.constants
    ).solution()
    let start = middle.expandedDimension(at: 0)
    guard let solution else { return Solution(part: part, form: parts.forms, point: start) }
    var result = part
    for step in part.ranges.ends.keys {
      result.slack[.multiplier, step] = part.slack[.multiplier, step]?.zerosLike()
    }
    var next = 0
    for (step, places, sign) in owners {
      let own = Tensor(solution.multipliers[next..<next + places.count].map { $0 * sign })
      next += places.count
      let old = result.slack[.multiplier, step]!
      let sum = old.flattened().gathering(places) + own.cast(to: old.dtype)
      result.slack[.multiplier, step] = old.flattened()
        .scattering(sum, at: places, axis: 0).reshaped(to: old.shape)
    }
    return Solution(
      part: result, form: search.group.form(of: place, weights: solution.weights, by: parts.root),
      point: start + (Tensor(solution.point) * spread).expandedDimension(at: 0))
  }
}
