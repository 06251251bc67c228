import Confidence
import Datasets
import Tensors
import TestSupport
import Testing

@Test("The temperature equals what SciPy's minimizer finds")
func temperaturesMatch() throws {
  let golden = try NPZ(reading: goldenPath("metrics.npz"))
  let (logits, labels) = (try golden.array("logits"), try golden.array("labels"))
  let scaling = TemperatureScaling().temperature(of: logits, labels: labels)
  #expect(abs(scaling.value - (try golden.array("temperature").item())) < 1e-5)
  let loss = scaling.applied(to: logits.cast(to: .float64)).crossEntropy(labels: labels).item()
  #expect(abs(loss - (try golden.array("calibrated").item())) < 1e-9)
}

@Test(
  "Of two scores that differ by 1 and are right with probability p, the temperature is 1 / log(p / (1 - p))"
)
func temperaturesHaveAClosedForm() {
  let logits = Tensor([1.0, 0], shape: [1, 2]).broadcast(to: [10, 2])
  let labels = Tensor([0, 0, 0, 0, 0, 0, 0, 0, 1, 1])
  let scaling = TemperatureScaling().temperature(of: logits, labels: labels)
  #expect(abs(scaling.value - 0.721347520444482) < 1e-7)
}

@Test("Scaling scores scales the temperature, and changes no decision", arguments: [0.1, 3, 20])
func temperaturesScale(factor: Double) throws {
  let golden = try NPZ(reading: goldenPath("metrics.npz"))
  let (logits, labels) = (try golden.array("logits").cast(to: .float64), try golden.array("labels"))
  let once = TemperatureScaling().temperature(of: logits, labels: labels)
  let scaled = TemperatureScaling().temperature(of: logits * factor, labels: labels)
  #expect(abs(scaled.value / (factor * once.value) - 1) < 1e-6)
  #expect(once.applied(to: logits).argmax(axis: 1).integers == logits.argmax(axis: 1).integers)
}

@Test("Scores that are always right are sharpened to the end of the range")
func temperaturesEnd() {
  let logits = Tensor([1.0, 0, 0, 1], shape: [2, 2])
  let scaling = TemperatureScaling(within: 0.1...10).temperature(
    of: logits, labels: Tensor([0, 1]))
  #expect(abs(scaling.value - 0.1) < 1e-3)
}

@Test("Scores that separate the classes, or are no numbers, still lead to a temperature")
func extremesHaveATemperature() {
  let sure = Tensor([9, -9, -9, 9] as [Float], shape: [2, 2])
  let right = TemperatureScaling().temperature(of: sure, labels: Tensor([0, 1]))
  #expect(0.01..<0.5 ~= right.value)
  let wrong = TemperatureScaling().temperature(of: sure, labels: Tensor([1, 0]))
  #expect(abs(wrong.value - 100) < 1e-3)
  let none = TemperatureScaling().temperature(of: sure * Float.nan, labels: Tensor([0, 1]))
  #expect(none.value == 1)
}
