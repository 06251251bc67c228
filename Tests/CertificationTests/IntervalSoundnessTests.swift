import Certification
import Models
import Networks
import Tensors
import TestSupport
import Testing

/// Expects each element to lie between the bounds, up to the rounding of an evaluation in single
/// precision.
private func expectInside(
  _ values: Tensor, _ bounds: Box, _ comment: String,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  let values = values.cast(to: .float64)
  let slack = values.magnitude() * 2e-5 + 2e-5
  let isInside = (values .>= (bounds.lower - slack)) .& (values .<= (bounds.upper + slack))
  #expect(isInside.all().booleans[0], "\(comment)", sourceLocation: sourceLocation)
}

private func box(_ row: IntervalCase, _ generator: inout Generator, radius: Double) -> Box {
  let center = Tensor.uniform([5] + row.network.inputShape, in: row.range, using: &generator)
  let spread = Tensor.uniform(center.shape, in: 0...radius, using: &generator)
  return Box(lower: center - spread, upper: center + spread)
}

@Test("Bounds hold at corners and inside, for every operation", arguments: IntervalCase.all)
func boundsContainOutputs(_ row: IntervalCase) throws {
  var generator = Generator(seed: 11)
  for radius in [0, 1e-4, 0.1, 0.45] {
    let box = box(row, &generator, radius: radius)
    let bounds = try row.network.intervalBounds(over: box)
    #expect(bounds.lower.isFinite.all().booleans[0] && bounds.upper.isFinite.all().booleans[0])
    for _ in 0..<24 {
      expectInside(
        try row.network.output(of: box.randomCorner(using: &generator)), bounds, "radius \(radius)")
      let share = Tensor.uniform(box.lower.shape, using: &generator)
      let point = box.lower + (box.upper - box.lower) * share
      expectInside(try row.network.output(of: point), bounds, "radius \(radius)")
    }
  }
}

private let jumps: Set<String> = ["sign", "floor", "ceiling", "round", "argmax"]

@Test(
  "Bounds of a point are the output there",
  arguments: IntervalCase.all.filter { row in
    !jumps.contains(row.name) && !row.name.contains("cast")
  })
func pointsHaveNarrowBounds(_ row: IntervalCase) throws {
  var generator = Generator(seed: 12)
  let box = box(row, &generator, radius: 0)
  let bounds = try row.network.intervalBounds(over: box)
  let output = try row.network.output(of: box.lower).cast(to: .float64)
  expectClose(bounds.lower, output, absolute: 2e-5, relative: 2e-5)
  expectClose(bounds.upper, output, absolute: 2e-5, relative: 2e-5)
  #expect(((bounds.upper - bounds.lower) .>= 0).all().booleans[0])
}

@Test("A larger box has no tighter bounds", arguments: IntervalCase.all)
func boundsGrowWithTheBox(_ row: IntervalCase) throws {
  var generator = Generator(seed: 13)
  let outer = box(row, &generator, radius: 0.4)
  let inner = Box(
    lower: outer.center - outer.spread * Float(0.5), upper: outer.center + outer.spread * Float(0.5)
  )
  let (wide, narrow) = (
    try row.network.intervalBounds(over: outer), try row.network.intervalBounds(over: inner)
  )
  #expect((wide.lower .<= (narrow.lower + 1e-9)).all().booleans[0])
  #expect((wide.upper .>= (narrow.upper - 1e-9)).all().booleans[0])
}

@Test("On an affine network bounds are exact", arguments: UInt64(0)..<8)
func boundsOfAffineNetworksAreExact(seed: UInt64) throws {
  let network = try Network(input: [7], seed: seed) { Linear(4) }
  var generator = Generator(seed: seed)
  let center = Tensor.uniform([3, 7], using: &generator)
  let ball = try LinfBall(radius: 0.1, domain: -9...9)
  let bounds = try network.intervalBounds(over: ball.box(around: center))
  let reach = ball.dualNorm(of: network.parameters.tensors[0]) * ball.radius
  let middle = try network.output(of: center)
  expectClose(bounds.upper, (middle + reach).cast(to: .float64), absolute: 1e-5)
  expectClose(bounds.lower, (middle - reach).cast(to: .float64), absolute: 1e-5)
}

@Test("Operations without a sound rule say so")
func unsupportedOperationsAreNamed() throws {
  let cubic = IntervalCase("cubic", shape: [1, 4, 4]) {
    try $0.add(.resize([6, 6], .cubic, alignsCorners: false), [$1], name: "enlarge")
  }
  let error = #expect(throws: NetworkError.self) {
    try cubic.network.intervalBounds(
      over: Box(lower: .zeros([1, 1, 4, 4]), upper: .ones([1, 1, 4, 4])))
  }
  guard case .unsupported("enlarge", _, "interval bounds", _)? = error else {
    Issue.record("\(String(describing: error))")
    return
  }
}

@Test("What is not a number, or has no end, is never a bound")
func unknownBoundsAreInfinite() throws {
  let row = IntervalCase("reciprocal", shape: [5]) { try $0.add(.map(.reciprocal), [$1]) }
  let lower = Tensor([-1, Float.nan, 1, 0, 2], shape: [1, 5])
  let upper = Tensor([1, 1, Float.nan, 1, 1], shape: [1, 5])
  let bounds = try row.network.intervalBounds(over: Box(lower: lower, upper: upper))
  let (low, high) = (bounds.lower.elements(as: Double.self), bounds.upper.elements(as: Double.self))
  #expect(low.allSatisfy { $0 == -.infinity } && high.allSatisfy { $0 == .infinity })
}
