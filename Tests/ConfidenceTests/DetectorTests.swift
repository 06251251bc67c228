import Confidence
import Methods
import Models
import Networks
import Tensors
import TestSupport
import Testing

struct DetectorTests {
  @Test("Anomaly scores are their formulas")
  func formulas() {
    let logits = Tensor([1.0, 2, 3, 0, 0, 0], shape: [2, 3])
    let sum = Tensor([1.0, 2, 3]).exp().sum().item()
    expectClose(
      MaximumSoftmax().anomalyScores(ofLogits: logits),
      Tensor([1 - Tensor(scalar: 3.0).exp().item() / sum, 2.0 / 3]), absolute: 1e-12)
    expectClose(
      EnergyDetector().anomalyScores(ofLogits: logits),
      -Tensor([sum, 3]).log(), absolute: 1e-12)
    let half = (logits * 0.5).exp().sum(axes: [1]).log() * -2
    expectClose(
      EnergyDetector(temperature: 2).anomalyScores(ofLogits: logits), half, absolute: 1e-12)
  }

  @Test("Energy refuses probabilities, of which it is a constant")
  func probabilities() {
    let logits = Tensor([1.0, 2, 3, 0, 0, 0], shape: [2, 3])
    #expect(EnergyDetector().objection(toLogits: logits) == nil)
    #expect(EnergyDetector().objection(toLogits: logits.logSoftmax(axis: 1)) != nil)
    #expect(EnergyDetector(temperature: 2).objection(toLogits: logits.logSoftmax(axis: 1)) == nil)
    #expect(MaximumSoftmax().objection(toLogits: logits.logSoftmax(axis: 1)) == nil)
  }

  @Test("Scores that would overflow stay numbers")
  func large() {
    let logits = Tensor([1000.0, -1000], shape: [1, 2])
    #expect(EnergyDetector().anomalyScores(ofLogits: logits).item() == -1000)
    #expect(MaximumSoftmax().anomalyScores(ofLogits: logits).item() == 0)
  }

  @Test("A calibrated network gives the calibrated scores")
  func calibrated() throws {
    var generator = Generator(seed: 1)
    let network = try Network(input: [4], seed: 1) { Linear(3) }
    let inputs = Tensor.normal([30, 4], using: &generator)
    let labels = Tensor.randomIntegers([30], in: 0..<3, using: &generator)
    let logits = try network.logits(of: inputs)
    for entry in MethodRegistry.calibrators.entries {
      let calibration = try MethodRegistry.calibrators.make(entry.name)
        .fitted(to: logits, labels: labels)
      expectClose(
        try network.calibrated(by: calibration).logits(of: inputs),
        calibration.applied(to: logits), absolute: 1e-5)
      #expect(!calibration.summary.isEmpty)
    }
  }
}
