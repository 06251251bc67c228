import Models
import Networks
import Tensors

/// Looks for inputs of a box that satisfy one of the cases of a group, by evaluating the network.
struct CounterexampleSearch: Sendable {
  let network: Network
  let group: CaseGroup
  let deadline: Deadline

  /// Returns the first candidate that satisfies all rows of a case.
  ///
  /// What counts is the network as it is evaluated, in its own precision, and the rows as they are
  /// written, in exact arithmetic.
  ///
  /// - Shape: `candidates` `[N, features]`, which are first moved into the group's box.
  func counterexample(among candidates: Tensor) throws -> Counterexample? {
    let inputs = legal(candidates)
    let outputs = try network.output(of: inputs.reshaped(to: [-1] + network.inputShape))
      .flattenedRows()
    return try counterexample(inputs, outputs)
  }

  private func counterexample(_ inputs: Tensor, _ outputs: Tensor) throws -> Counterexample? {
    let values = group.values(
      inputs: inputs.cast(to: .float64), outputs: outputs.cast(to: .float64))
    let isBroken = (values.max(axes: [2]) .<= 0).any(axes: [1])
    guard isBroken.any().booleans[0] else { return nil }
    // Some may only lie on a border that the property leaves out, or break it by rounding alone.
    for place in isBroken.nonzeroIndices().flattened().integers.prefix(Self.examinedCandidates) {
      if let found = try examined(inputs[place]) { return found }
    }
    return nil
  }

  /// The most candidates of a batch that are looked at one by one.
  private static let examinedCandidates = 16

  /// The counterexample at a point, if the property, as it is written, is broken there.
  ///
  /// The point is evaluated alone, because a row's output may depend on the batch by rounding.
  /// Where it is not a point of the box, as its precision holds none, the nearest one of double
  /// precision stands for it; the network must break the property there too, evaluated in double
  /// precision.
  private func examined(_ point: Tensor) throws -> Counterexample? {
    let input = point.reshaped(to: [1] + network.inputShape)
    let output = try network.output(of: input).flattened()
    let written = point.cast(to: .float64)
    let inside = written.maximum(group.box.lower).minimum(group.box.upper)
    guard isBroken(inside, output) else { return nil }
    if (inside .== written).all().booleans[0] {
      return Counterexample(input: input[0], output: output)
    }
    let witness = inside.reshaped(to: [1] + network.inputShape)
    let exact = try network.inDoublePrecision().output(of: witness).flattened()
    return isBroken(inside, exact) ? Counterexample(input: witness[0], output: exact) : nil
  }

  private func isBroken(_ input: Tensor, _ output: Tensor) -> Bool {
    let (x, y) = (
      input.elements(as: Double.self), output.cast(to: .float64).elements(as: Double.self)
    )
    return (0..<group.caseCount).contains { group.isSatisfied(case: $0, input: x, output: y) }
  }

  /// The precision of inputs.
  private var dtype: DType { network.graph.inputType.dtype }

  /// Candidates in the precision of inputs, inside the box also after rounding, if there is such a
  /// number; else the nearest one.
  private func legal(_ candidates: Tensor) -> Tensor {
    let wide = candidates.cast(to: .float64)
    let inside = wide.maximum(group.box.lower).minimum(group.box.upper)
    if dtype == .float64 { return inside }
    let near = inside.cast(to: .float32)
    let back = near.cast(to: .float64)
    // One step of single precision toward the inside where rounding left the box.
    let step = back.magnitude() * 0x1p-23 + 0x1p-149
    let shift =
      (back .< group.box.lower).cast(to: .float64) * step
      - (back .> group.box.upper).cast(to: .float64) * step
    let moved = (back + shift).cast(to: .float32)
    let fits =
      (moved.cast(to: .float64) .>= group.box.lower)
      .& (moved.cast(to: .float64) .<= group.box.upper)
    return Tensor.choosing(moved, where: fits, otherwise: near)
  }

  /// Descends from each start along the sign of the gradient of its case's largest row.
  ///
  /// - Shape: `start` and corners `[N, features]`; `cases` `[N]`, the case each row is about.
  func descend(
    from start: Tensor, in box: Box, cases: Tensor, steps: Int, length: Double = 0.5,
    decay: Double = 0.7
  ) throws -> Counterexample? {
    let (lower, upper) = (box.lower.cast(to: dtype), box.upper.cast(to: dtype))
    var (point, rate) = (start.cast(to: dtype), length)
    let reach = (upper - lower) * 0.5
    let index = cases.reshaped(to: [-1, 1, 1]).broadcast(to: [cases.count, 1, group.valueCount])
    for _ in 0..<steps {
      try deadline.check()
      let here = point
      var outputs: Tensor?
      let slope = try Tensors.gradient(at: here) { x in
        let y = try network.output(of: x.reshaped(to: [-1] + network.inputShape)).flattenedRows()
        outputs = y.detached()
        let rows = group.values(inputs: x, outputs: y).gatheringElements(index, axis: 1)
        return rows.max(axes: [2]).sum()
      }
      if let found = try counterexample(legalPoint(here), outputs!) { return found }
      point = (here - slope.sign() * reach * rate).clamped(from: lower, through: upper)
      rate *= decay
    }
    return try counterexample(among: point)
  }

  /// Points that were evaluated, as they were if they lie in the box.
  private func legalPoint(_ point: Tensor) -> Tensor {
    let moved = legal(point)
    return (moved .== point).all().booleans[0] ? point : moved
  }

  /// Tries corners and random points of the box, for networks whose gradients say little.
  ///
  /// - Parameter seconds: after which it is enough.
  /// - Complexity: at most `count` evaluations.
  func sample(
    count: Int, seconds: Double, using generator: inout Generator
  ) throws -> Counterexample? {
    let end = Deadline(seconds: seconds)
    let features = group.box.lower.count
    let piece = max(1, min(count, (1 << 20) / features, 512))
    for start in stride(from: 0, to: count, by: piece) {
      try deadline.check()
      if end.isOver { break }
      let share = Tensor.uniform(
        [min(piece, count - start), features], dtype: .float64, using: &generator)
      // A quarter of the points are corners.
      let isCorner = start / piece % 4 == 3
      let place = isCorner ? share.rounded() : share
      let points = group.box.lower + (group.box.upper - group.box.lower) * place
      if let found = try counterexample(among: points) { return found }
    }
    return nil
  }

  /// Attacks the whole box from random points and the center, each case on its own.
  func attack(restarts: Int, steps: Int, using generator: inout Generator) throws -> Counterexample?
  {
    try deadline.check()
    let features = group.box.lower.count
    let count = restarts * group.caseCount
    let share = Tensor.uniform([count, features], dtype: .float64, using: &generator)
    let start = group.box.lower + (group.box.upper - group.box.lower) * share
    if let found = try counterexample(among: start) { return found }
    let corners = Box(
      lower: group.box.lower.broadcast(to: [count, features]),
      upper: group.box.upper.broadcast(to: [count, features]))
    let cases = Tensor((0..<count).map { $0 % group.caseCount })
    return try descend(
      from: start, in: corners, cases: cases, steps: steps, length: 0.5, decay: 0.9)
  }
}
