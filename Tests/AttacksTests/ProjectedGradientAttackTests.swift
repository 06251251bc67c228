import Attacks
import Models
import Networks
import Tensors
import TestSupport
import Testing

private let wide: ClosedRange<Float> = -50...50

private func affine() throws -> (network: Network, inputs: Tensor, labels: Tensor) {
  let network = try Network(input: [6], seed: 5) { Linear(2) }
  var generator = Generator(seed: 5)
  let inputs = Tensor.uniform([12, 6], using: &generator)
  return (network, inputs, try network.output(of: inputs).argmax(axis: 1))
}

/// Expects an attack to fool exactly the rows whose margin the set can close, by the dual norm.
private func expectOptimal(_ set: some PerturbationSet, steps: Int = 60) throws {
  let (network, inputs, labels) = try affine()
  var generator = Generator(seed: 6)
  let outcome = try ProjectedGradientAttack(steps: steps)(
    network, on: inputs, labels: labels, within: set, using: &generator)
  let weight = network.parameters.tensors[0]
  let reach = set.dualNorm(of: (weight[0..<1] - weight[1..<2])).item() * Double(set.radius)
  let scores = try network.output(of: inputs)
  let gaps = (scores.max(axes: [1]) - scores.min(axes: [1])).elements(as: Double.self)
  for (gap, isFooled) in zip(gaps, outcome.fooled) where abs(gap - reach) > 0.03 * reach {
    #expect(isFooled == (gap < reach), "gap \(gap), reach \(reach), set \(set)")
  }
  #expect(outcome.fooled.contains(true) && outcome.fooled.contains(false))
  #expect(set.contains(outcome.candidates, around: inputs).all().booleans[0])
}

@Test("On an affine model the attack reaches what the set allows")
func attacksReachTheOptimum() throws {
  try expectOptimal(LinfBall(radius: 0.2, domain: wide))
  try expectOptimal(L2Ball(radius: 0.5, domain: wide))
  try expectOptimal(L1Ball(radius: 0.8, domain: wide), steps: 200)
}

@Test(
  "The verifier judges: a candidate outside the set fools nobody, and a wrong claim does not count")
func verifiersJudge() throws {
  let (network, inputs, labels) = try affine()
  let verifier = AttackVerifier(try LinfBall(radius: 0.1, domain: wide))
  let model = DecisionOnly(network)
  let far = -inputs * 40
  #expect(try network.labels(of: far) != labels.integers)
  #expect(try !verifier.fooled(model, by: far, around: inputs, labels: labels).contains(true))
  #expect(try !verifier.fooled(model, by: inputs, around: inputs, labels: labels).contains(true))
  #expect(
    try verifier.fooled(model, by: inputs, around: inputs, labels: 1 - labels).allSatisfy { $0 })
}

@Test(
  "An attack repeats itself, keeps to the set, and counts its queries", arguments: UInt64(0)..<3)
func attacksRepeatThemselves(seed: UInt64) throws {
  let network = try Network(input: [6], seed: seed) {
    Linear(16)
    ReLU()
    Linear(4)
  }
  var source = Generator(seed: seed)
  let inputs = Tensor.uniform([9, 6], using: &source)
  let labels = try network.output(of: inputs).argmax(axis: 1)
  let set = try LinfBall(radius: 0.15)
  let attack = ProjectedGradientAttack(steps: 8, restarts: 2, batchSize: 4)
  func run() throws -> (AttackOutcome, Int) {
    var generator = Generator(seed: 9)
    let meter = QueryMeter(network)
    return (
      try attack(meter, on: inputs, labels: labels, within: set, using: &generator), meter.queries
    )
  }
  let (first, queries) = try run()
  let (second, _) = try run()
  #expect(first.candidates.scalars == second.candidates.scalars && first.fooled == second.fooled)
  #expect(first.queries == queries && queries <= 9 * (2 * 9 + 1))
  #expect(set.contains(first.candidates, around: inputs).all().booleans[0])
  let decisions = try network.labels(of: first.candidates)
  #expect(zip(decisions, labels.integers).map { $0 != $1 } == first.fooled)
}

@Test("Rows that are wrong already are fooled without a step")
func wrongRowsAreFooled() throws {
  let (network, inputs, labels) = try affine()
  var generator = Generator(seed: 1)
  let outcome = try ProjectedGradientAttack(steps: 3, startsRandomly: false)(
    network, on: inputs, labels: 1 - labels, within: LinfBall(radius: 0, domain: wide),
    using: &generator)
  #expect(outcome.fooled.allSatisfy { $0 } && outcome.queries == 24)
  #expect(outcome.robustAccuracy.value == 0)
}

@Test("A point where scores are no numbers is fooled, and inputs outside the domain are refused")
func brokenScoresAreFooled() throws {
  var builder = GraphBuilder()
  let x = builder.addInput(ValueType([.batch, 2]))
  let root = try builder.add(.map(.squareRoot), [x])
  let network = builder.network(output: root)
  let inputs = Tensor([0.02, 0.01] as [Float], shape: [1, 2])
  var generator = Generator(seed: 5)
  let attack = ProjectedGradientAttack(steps: 5, restarts: 2)
  let outcome = try attack(
    network, on: inputs, labels: Tensor([0]), within: LinfBall(radius: 0.5, domain: -1...1),
    using: &generator)
  #expect(outcome.fooled == [true])
  #expect(throws: PerturbationError.self) {
    try attack(
      network, on: inputs + 5, labels: Tensor([0]), within: LinfBall(radius: 0.1),
      using: &generator)
  }
}
