import Attacks
import Models
import Networks
import Tensors
import TestSupport
import Testing

/// A model that reveals its scores and no slopes.
private struct ScoresOnly: ScoreOracle {
  let network: Network
  func logits(of inputs: Tensor) throws -> Tensor { try network.logits(of: inputs) }
}

struct SquareAttackTests {
  /// The lead of class 0 over class 1 falls by the dual norm of the normal times the radius.
  @Test(
    "On an affine classifier it succeeds just above the least radius, and never below",
    arguments: [([6], UInt64(1)), ([1, 2, 3], 2), ([2, 2, 2], 3)] as [(Shape, UInt64)])
  func affine(_ shape: Shape, _ seed: UInt64) throws {
    let network = try Network(input: shape, seed: seed) {
      Flatten()
      Linear(2)
    }
    var generator = Generator(seed: seed)
    let inputs = Tensor.normal([12] + shape, using: &generator)
    let logits = try network.logits(of: inputs)
    let labels = logits.argmax(axis: 1)
    let weight = network.parameters.tensors[0]
    let size = (weight[0] - weight[1]).magnitude().sum().item()
    let leads = (logits.max(axes: [1]) - logits.min(axes: [1])).elements(as: Double.self)
    for example in 0..<12 {
      let least = leads[example] / size
      for (factor, isEnough) in [(1.05, true), (0.95, false)] {
        let ball = try LinfBall(radius: Float(least * factor), domain: -100...100)
        let outcome = try SquareAttack(queries: 400)(
          ScoresOnly(network: network), on: inputs[example..<example + 1],
          labels: labels[example..<example + 1], within: ball, using: &generator)
        #expect(outcome.fooled == [isEnough], "example \(example), factor \(factor)")
        #expect(
          ball.contains(outcome.candidates, around: inputs[example..<example + 1]).booleans[0])
        #expect(outcome.queries <= 401)
      }
    }
  }

  @Test("Euclidean balls are kept")
  func euclidean() throws {
    let network = try Network(input: [1, 4, 4], seed: 3) {
      Flatten()
      Linear(3)
    }
    var generator = Generator(seed: 3)
    let inputs = Tensor.uniform([20, 1, 4, 4], in: 0...1, using: &generator)
    let labels = try network.logits(of: inputs).argmax(axis: 1)
    let ball = try L2Ball(radius: 1)
    let outcome = try SquareAttack(queries: 300)(
      network, on: inputs, labels: labels, within: ball, using: &generator)
    #expect(ball.contains(outcome.candidates, around: inputs).all().booleans[0])
    #expect(outcome.fooled.contains(true))
  }
}

struct StraightThroughTests {
  /// `round(8x) / 8` of one feature against a threshold: no slope, and a change of a step decides.
  @Test("Slopes go through rounding; scores are the network's own")
  func rounding() throws {
    var builder = GraphBuilder()
    let input = builder.addInput(ValueType([.batch, 2]))
    let eight = builder.addConstant(Tensor(scalar: Float(8)))
    let scaled = try builder.add(.combine(.multiply), [input, eight])
    let rounded = try builder.add(.map(.round), [scaled])
    let output = try builder.add(.combine(.divide), [rounded, eight])
    let network = builder.network(output: output)
    let through = try #require(StraightThrough(network))
    let point = Tensor([0.3, 0.4] as [Float], shape: [1, 2])
    let objective = { (logits: Tensor) in
      (logits * Tensor([1, -2] as [Float], shape: [1, 2])).sum()
    }
    #expect(
      try network.logitsAndGradient(at: point, of: objective).gradient.magnitude().max().item() == 0
    )
    let (logits, gradient) = try through.logitsAndGradient(at: point, of: objective)
    expectClose(gradient, Tensor([1, -2] as [Float], shape: [1, 2]), absolute: 1e-6)
    expectClose(logits, Tensor([0.25, 0.375] as [Float], shape: [1, 2]), absolute: 0)
    #expect(StraightThrough(try Network(input: [2]) { Linear(2) }) == nil)
  }
}
