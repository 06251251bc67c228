import Certification
import Models
import Networks
import Tensors
import TestSupport
import Testing

private let methods: [BoundMethod] = [
  .forward, .crownInterval, .crown, .alphaCrown(SlopeOptimization(iterations: 5)),
]

/// Products of matrices that both vary cannot be propagated forward.
private func mayBeUnsupported(_ name: String) -> Bool { name.hasPrefix("matmul, both vary") }

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
        #expect(mayBeUnsupported(row.name), "\(row.name) by \(method)")
        break
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

@Test("Linear bounds of affine networks are exact for every norm", arguments: UInt64(0)..<4)
func linearBoundsOfAffineNetworksAreExact(seed: UInt64) throws {
  let network = try Network(input: [7], seed: seed) {
    Linear(9)
    Linear(4)
  }
  var generator = Generator(seed: seed)
  let center = Tensor.uniform([3, 7], using: &generator)
  let weight = network.parameters.tensors[2].matmul(network.parameters.tensors[0])
  func check(_ set: some PerturbationSet) throws {
    let bounds = try network.bounds(over: set, around: center)
    let reach = set.dualNorm(of: weight) * set.radius
    let middle = try network.output(of: center)
    expectClose(bounds.upper, (middle + reach).cast(to: .float64), absolute: 1e-5)
    expectClose(bounds.lower, (middle - reach).cast(to: .float64), absolute: 1e-5)
  }
  try check(LinfBall(radius: 0.1, domain: -9...9))
  try check(L2Ball(radius: 0.3, domain: -9...9))
  try check(L1Ball(radius: 0.5, domain: -9...9))
}

@Test("Methods are no looser than the ones they improve on", arguments: UInt64(0)..<6)
func betterMethodsAreTighter(seed: UInt64) throws {
  let network = try Network(input: [5], seed: seed) {
    Linear(14)
    ReLU()
    Linear(12)
    ReLU()
    Linear(3)
  }
  var generator = Generator(seed: seed)
  let center = Tensor.uniform([4, 5], using: &generator)
  func width(_ method: BoundMethod, _ arithmetic: BoundArithmetic = .proven) throws -> Box {
    try network.bounds(
      over: LinfBall(radius: 0.2, domain: -9...9), around: center, method: method,
      arithmetic: arithmetic)
  }
  let (interval, mixed, crown) = (
    try width(.interval), try width(.crownInterval), try width(.crown)
  )
  let optimized = try width(.alphaCrown())
  func spread(_ box: Box) -> Double { (box.upper - box.lower).mean().item() }
  #expect(spread(crown) <= spread(mixed) && spread(mixed) <= spread(interval))
  #expect((optimized.lower .>= (crown.lower - 1e-6)).all().booleans[0])
  #expect((optimized.upper .<= (crown.upper + 1e-6)).all().booleans[0])
  #expect(spread(optimized) < 0.98 * spread(crown))
  // Proofs cost a little width, and no more than rounding.
  let single = try width(.crown, .single)
  expectClose(single.upper.cast(to: .float64), crown.upper, absolute: 1e-5, relative: 1e-5)
}

@Test("A specification is tighter than the bounds of its outputs")
func specificationsArePulledBackAsAWhole() throws {
  let network = try Network(input: [5], seed: 3) {
    Linear(14)
    ReLU()
    Linear(4)
  }
  var generator = Generator(seed: 3)
  let center = Tensor.uniform([3, 5], using: &generator)
  let ball = try LinfBall(radius: 0.1, domain: -9...9)
  let margins = try network.bounds(
    over: ball, around: center, of: .margins(labels: [0, 2, 3], classes: 4))
  #expect(margins.lower.shape == [3, 3])
  let outputs = try network.bounds(over: ball, around: center)
  for (row, label) in [0, 2, 3].enumerated() {
    let others = (0..<4).filter { $0 != label }
    for (place, other) in others.enumerated() {
      let separate = outputs.lower[row][label].item() - outputs.upper[row][other].item()
      #expect(margins.lower[row][place].item() >= separate - 1e-9)
    }
  }
}
