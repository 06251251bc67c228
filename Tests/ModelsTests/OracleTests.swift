import Models
import Networks
import Tensors
import TestSupport
import Testing

/// Expects that a model's answers agree with one another, and with differences.
func checkOracle(
  _ model: some GradientOracle, at inputs: Tensor, sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let logits = try model.logits(of: inputs)
  #expect(
    try model.labels(of: inputs) == logits.argmax(axis: 1).integers, sourceLocation: sourceLocation)
  expectClose(
    try model.logits(of: inputs, batchSize: 2), logits, absolute: 1e-5,
    sourceLocation: sourceLocation)
  let weights = (Tensor.range(0..<logits.size(1), dtype: .float32) + 1).cast(to: logits.dtype)
  let (scores, slope) = try model.logitsAndGradient(at: inputs) { ($0 * weights).sum() }
  expectClose(scores, logits, absolute: 1e-5, sourceLocation: sourceLocation)
  var generator = Generator(seed: 2)
  let direction = Tensor.normal(inputs.shape, using: &generator)
  func value(_ step: Double) throws -> Double {
    try (model.logits(of: inputs + direction * step) * weights).cast(to: .float64).sum().item()
  }
  let difference = (try value(1e-2) - value(-1e-2)) / 2e-2
  let predicted = (slope * direction).cast(to: .float64).sum().item()
  #expect(
    abs(difference - predicted) < 2e-2 * max(1, abs(predicted)), sourceLocation: sourceLocation)
}

private func fixture() throws -> (network: Network, inputs: Tensor) {
  let network = try Network(input: [4], seed: 1) {
    Linear(8)
    Tanh()
    Linear(3)
  }
  var generator = Generator(seed: 3)
  return (network, .uniform([5, 4], using: &generator))
}

@Test("A network is an oracle, and so is a metered one")
func networksAreOracles() throws {
  let (network, inputs) = try fixture()
  try checkOracle(network, at: inputs)
  try checkOracle(QueryMeter(network), at: inputs)
}

@Test("Views show what they name and nothing else")
func viewsHide() throws {
  let (network, inputs) = try fixture()
  let decisions: any DecisionOracle = DecisionOnly(network)
  #expect(try decisions.labels(of: inputs) == network.labels(of: inputs))
  #expect(!(decisions is any ScoreOracle))
  let scores: any ScoreOracle = ScoreOnly(network)
  #expect(!(scores is any GradientOracle))
  expectClose(try scores.logits(of: inputs), try network.logits(of: inputs), absolute: 0)
}

@Test("A meter counts rows, whatever is asked, and stops at its budget")
func metersCount() throws {
  let (network, inputs) = try fixture()
  let meter = QueryMeter(network, budget: 14)
  _ = try meter.labels(of: inputs)
  #expect(meter.queries == 5)
  _ = try meter.logitsAndGradient(at: inputs) { $0.sum() }
  #expect(meter.queries == 10)
  #expect(throws: QueryError.budgetExhausted(budget: 14, asked: 10, wanted: 5)) {
    try meter.logits(of: inputs)
  }
  #expect(meter.queries == 10)
  _ = try meter.logits(of: inputs[0..<4])
  #expect(meter.queries == 14)
  #expect(!(QueryMeter(DecisionOnly(network)) as Any is any ScoreOracle))
}
