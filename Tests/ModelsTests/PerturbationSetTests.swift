import Models
import Tensors
import TestSupport
import Testing

/// Expects what every perturbation set promises, around centers that lie in its domain.
func checkPerturbationSet(
  _ set: some PerturbationSet, around center: Tensor, seed: UInt64 = 1,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  func expectAll(_ truths: Tensor, _ comment: String) {
    #expect(truths.all().booleans[0], "\(comment)", sourceLocation: sourceLocation)
  }
  var generator = Generator(seed: seed)
  let box = set.box(around: center)
  for _ in 0..<8 {
    let candidate = center + Tensor.normal(center.shape, using: &generator) * 0.7
    let projected = set.projection(of: candidate, around: center)
    expectAll(set.contains(projected, around: center), "projections lie in the set")
    let again = set.projection(of: projected, around: center)
    expectClose(again, projected, absolute: 2e-6, sourceLocation: sourceLocation)

    let point = set.randomPoint(around: center, using: &generator)
    expectAll(set.contains(point, around: center), "random points lie in the set")
    expectAll(
      (point .>= (box.lower - 1e-6)) .& (point .<= (box.upper + 1e-6)), "the box holds the set")
    expectClose(
      set.projection(of: point, around: center), point, absolute: 2e-6,
      sourceLocation: sourceLocation)

    let slope = Tensor.normal(center.shape, using: &generator)
    let step = set.steepestStep(along: slope)
    let gain = (step * slope).flattenedRows().sum(axes: [1])
    expectClose(
      gain, set.dualNorm(of: slope) * set.radius, absolute: 1e-5, relative: 1e-5,
      sourceLocation: sourceLocation)
    let other = ((point - center) * slope).flattenedRows().sum(axes: [1])
    if set.name != "box" { expectAll(other .<= (gain + 1e-5), "no point gains more than the step") }
  }
}

extension PerturbationSet {
  fileprivate var name: String { Self.name }
}

private func centers(_ domain: ClosedRange<Double> = 0...1) -> Tensor {
  var generator = Generator(seed: 77)
  return .uniform([5, 2, 3], in: domain, using: &generator)
}

@Test("Sets keep their promises", arguments: [0, 0.01, 0.3, 2] as [Float])
func setsKeepTheirPromises(radius: Float) throws {
  for domain in [0...1, -1...2] as [ClosedRange<Float>] {
    checkPerturbationSet(try LinfBall(radius: radius, domain: domain), around: centers())
    checkPerturbationSet(try L2Ball(radius: radius, domain: domain), around: centers())
    checkPerturbationSet(try L1Ball(radius: radius, domain: domain), around: centers())
  }
}

@Test("Sets of a few features keep their promises", arguments: [0, 1, 2, 5, 6] as [Float])
func sparseSetsKeepTheirPromises(radius: Float) throws {
  checkPerturbationSet(try L0Ball(radius: radius), around: centers())
}

@Test("Boxes keep their promises")
func boxesKeepTheirPromises() throws {
  let middle = centers()
  let spread = centers() * 0.2
  let set = try BoxSet(lower: middle - spread, upper: middle + spread)
  checkPerturbationSet(set, around: middle)
  checkPerturbationSet(try set.resized(to: 0.5), around: middle)
}

@Test("Resized sets have the new radius and the old domain")
func setsAreResized() throws {
  let domain: ClosedRange<Float> = -1...3
  func check<Set: PerturbationSet>(_ set: Set, _ radius: Float) throws {
    let other = try set.resized(to: radius)
    #expect(other.radius == radius && other.domain == set.domain)
    #expect(throws: PerturbationError.invalidRadius(-1)) { try set.resized(to: -1) }
    #expect(throws: PerturbationError.self) { try set.resized(to: .nan) }
    #expect(throws: PerturbationError.invalidRadius(.infinity)) { try set.resized(to: .infinity) }
  }
  try check(LinfBall(radius: 0.1, domain: domain), 0.25)
  try check(L2Ball(radius: 0.1, domain: domain), 0.25)
  try check(L1Ball(radius: 0.1, domain: domain), 0.25)
  try check(L0Ball(radius: 1, domain: domain), 3)
}

@Test("Points outside are outside")
func setsExclude() throws {
  let center = Tensor([Float(0.5), 0.5, 0.5, 0.5], shape: [1, 4])
  let far = Tensor([Float(0.8), 0.5, 0.5, 0.2], shape: [1, 4])
  #expect(try !LinfBall(radius: 0.29).contains(far, around: center).booleans[0])
  #expect(try LinfBall(radius: 0.31).contains(far, around: center).booleans[0])
  #expect(try !L2Ball(radius: 0.42).contains(far, around: center).booleans[0])
  #expect(try L2Ball(radius: 0.43).contains(far, around: center).booleans[0])
  #expect(try !L1Ball(radius: 0.59).contains(far, around: center).booleans[0])
  #expect(try L1Ball(radius: 0.61).contains(far, around: center).booleans[0])
  #expect(try !L0Ball(radius: 1).contains(far, around: center).booleans[0])
  #expect(try L0Ball(radius: 2).contains(far, around: center).booleans[0])
  #expect(try !LinfBall(radius: 1).contains(far.filled(with: .nan), around: center).booleans[0])
  #expect(try !LinfBall(radius: 1).contains(far + 0.5, around: center).booleans[0])
}

@Test("The projection onto an L1 ball is the nearest point")
func nearestPointOfTheL1Ball() throws {
  let set = try L1Ball(radius: 1, domain: -9...9)
  let center = Tensor.zeros([1, 3])
  let projected = set.projection(of: Tensor([Float(2), -1, 0.1], shape: [1, 3]), around: center)
  expectClose(projected, Tensor([Float(1), 0, 0], shape: [1, 3]), absolute: 1e-6)
  let shared = set.projection(of: Tensor([Float(1), -0.8, 0.1], shape: [1, 3]), around: center)
  expectClose(shared, Tensor([Float(0.6), -0.4, 0], shape: [1, 3]), absolute: 1e-6)
}

@Test("An empty box is refused")
func emptyBoxesAreRefused() {
  #expect(throws: PerturbationError.self) {
    try BoxSet(lower: Tensor([Float(1)], shape: [1, 1]), upper: Tensor([Float(0)], shape: [1, 1]))
  }
  #expect(throws: PerturbationError.self) {
    try BoxSet(
      lower: Tensor([Float.nan], shape: [1, 1]), upper: Tensor([Float(0)], shape: [1, 1]))
  }
}

@Test("What a set accepts lies in its box, and a set far outside its domain is empty")
func setsAndBoxesAgree() throws {
  let ball = try LinfBall(radius: 0.1)
  let center = Tensor([0.5, 0.25] as [Float], shape: [1, 2])
  #expect(!ball.contains(center + 0.100008, around: center).booleans[0])
  #expect(ball.contains(center + 0.1, around: center).booleans[0])
  let outside = Tensor([0.5, 1.5] as [Float], shape: [1, 2])
  #expect(!ball.isInhabited(around: outside).booleans[0])
  #expect(throws: PerturbationError.empty(centers: 1, domain: 0...1)) {
    try ball.checkInhabited(around: outside)
  }
  #expect(try L0Ball(radius: 1).isInhabited(around: outside).booleans[0])
  #expect(try LinfBall(radius: 0).contains(center, around: center).booleans[0])
}
