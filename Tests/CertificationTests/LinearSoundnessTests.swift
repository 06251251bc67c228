import Certification
import Models
import Networks
import Tensors
import TestSupport
import Testing

private let methods: [BoundMethod] = [
  .forward, .crownInterval, .crown, .alphaCrown(SlopeOptimization(iterations: 5)),
]

/// What jumps, or bends in ways that have no rule, and the cases' names for it.
private let withoutRelaxation: Set<String> = [
  "sign", "sine", "cosine", "tangent", "floor", "ceiling", "round", "argmax", "not",
]

private func mayBeUnsupported(_ name: String) -> Bool {
  withoutRelaxation.contains(name)
    || ["cast", "power,", "gather", "choose", "predicate", "whole"].contains { name.contains($0) }
}

private func box(_ row: IntervalCase, _ generator: inout Generator, radius: Double) -> Box {
  let center = Tensor.uniform([3] + row.network.inputShape, in: row.range, using: &generator)
  let spread = Tensor.uniform(center.shape, in: 0...radius, using: &generator)
  return Box(lower: center - spread, upper: center + spread)
}

private func expectInside(_ values: Tensor, _ bounds: Box, _ comment: String) {
  let values = values.cast(to: .float64)
  let slack = values.magnitude() * 2e-5 + 2e-5
  let isInside = (values .>= (bounds.lower - slack)) .& (values .<= (bounds.upper + slack))
  #expect(isInside.all().booleans[0], "\(comment)")
}

@Test("Linear bounds hold at corners and inside, for every operation", arguments: IntervalCase.all)
func linearBoundsContainOutputs(_ row: IntervalCase) throws {
  for method in methods {
    var generator = Generator(seed: 21)
    for radius in [0, 1e-3, 0.1, 0.45] {
      let box = box(row, &generator, radius: radius)
      let bounds: Box
      do {
        bounds = try row.network.bounds(over: box, method: method)
      } catch NetworkError.unsupported {
        print("UNSUPPORTED", row.name, method)
        return
      }
      #expect(
        bounds.lower.isFinite.all().booleans[0] && bounds.upper.isFinite.all().booleans[0],
        "\(method) \(radius)")
      for _ in 0..<12 {
        expectInside(
          try row.network.output(of: box.randomCorner(using: &generator)), bounds,
          "\(method), radius \(radius)")
        let share = Tensor.uniform(box.lower.shape, using: &generator)
        expectInside(
          try row.network.output(of: box.lower + (box.upper - box.lower) * share), bounds,
          "\(method), radius \(radius)")
      }
      if radius == 0 {
        let output = try row.network.output(of: box.lower).cast(to: .float64)
        expectClose(bounds.lower, output, absolute: 5e-5, relative: 5e-5)
        expectClose(bounds.upper, output, absolute: 5e-5, relative: 5e-5)
      }
    }
  }
}
