import Datasets
import Models
import Tensors
import TestSupport
import Testing

private struct Golden {
  let archive: NPZ
  let predictions: Predictions

  init() throws {
    archive = try NPZ(reading: goldenPath("metrics.npz"))
    predictions = Predictions(
      logits: try archive.array("logits"), labels: try archive.array("labels"))
  }

  func number(_ name: String) throws -> Double { try archive.array(name).cast(to: .float64).item() }
}

@Test("Calibration errors equal netcal's, and its formula for bins of equal counts")
func calibrationErrorsMatch() throws {
  let golden = try Golden()
  let error = golden.predictions.calibrationError(.equalWidth(15))
  #expect(abs(error - (try golden.number("ece15"))) < 1e-6)
  let adaptive = golden.predictions.calibrationError(.equalCount(15))
  #expect(abs(adaptive - (try golden.number("adaptive"))) < 1e-6)
  let bins = golden.predictions.calibrationBins(.equalWidth(15))
  #expect(bins.reduce(0) { $0 + $1.count } == golden.predictions.count)
}

@Test("Proper scores equal scikit-learn's")
func properScoresMatch() throws {
  let golden = try Golden()
  #expect(abs(golden.predictions.logLosses.mean().item() - (try golden.number("nll"))) < 1e-6)
  #expect(abs(golden.predictions.brierScores.mean().item() - (try golden.number("brier"))) < 1e-6)
}

@Test("The area under the risk–coverage curve equals its formula")
func areaMatches() throws {
  let golden = try Golden()
  #expect(abs(golden.predictions.riskCoverageCurve().area - (try golden.number("aurc"))) < 1e-6)
}

@Test("Accuracy, Wilson's interval and the confusion matrix equal theirs")
func accuracyMatches() throws {
  let golden = try Golden()
  let (accuracy, wilson) = (golden.predictions.accuracy, try golden.archive.array("wilson"))
  expectClose(Tensor([accuracy.value, accuracy.low, accuracy.high]), wilson, absolute: 1e-9)
  let confusion = golden.predictions.confusion.flatMap { $0 }
  #expect(confusion == (try golden.archive.array("confusion")).integers)
}

@Test("Wilson's interval at the ends and without trials")
func wilsonAtTheEnds() {
  let all = Estimate.proportion(10, of: 10)
  #expect(all.value == 1 && all.high == 1 && abs(all.low - 0.722467) < 1e-5)
  let none = Estimate.proportion(0, of: 10)
  #expect(none.low == 0 && abs(none.high - 0.277533) < 1e-5)
  let nothing = Estimate.proportion(0, of: 0)
  #expect(nothing.value.isNaN && nothing.low == 0 && nothing.high == 1)
}

@Test("Equal confidences share their risk, so that the order of examples does not matter")
func tiesShareTheirRisk() {
  let logits = Tensor([1.0, 0, 1, 0, 1, 0, 1, 0], shape: [4, 2])
  let curves = [[0, 0, 1, 1], [1, 1, 0, 0]].map { labels in
    Predictions(logits: logits, labels: Tensor(labels)).riskCoverageCurve()
  }
  #expect(curves[0].risks == [0.5, 0.5, 0.5, 0.5] && curves[1].risks == curves[0].risks)
}

@Test("The margin is positive exactly where the decision is wrong")
func marginsJudge() {
  let logits = Tensor([1.0, 3, 2, 5, 0, 4], shape: [2, 3])
  let margins = ClassificationLoss.margin.perExample(logits, labels: Tensor([2, 0]))
  expectClose(margins, Tensor([1.0, -1]), absolute: 1e-12)
}

@Test("A bootstrap interval covers a mean about as the normal one does")
func bootstrapsCover() {
  var generator = Generator(seed: 1)
  let values = Tensor.normal([400], dtype: .float64, using: &generator)
  let normal = Estimate.mean(of: values)
  let bootstrap = Estimate.bootstrap(rows: 400, resamples: 400, using: &generator) {
    values.gathering($0).mean().item()
  }
  #expect(bootstrap.value == normal.value)
  #expect(abs(bootstrap.low - normal.low) < 0.03 && abs(bootstrap.high - normal.high) < 0.03)
}

@Test("A score that is no number is never right, and every metric stays a number")
func notANumberIsAMiss() throws {
  let (nan, inf) = (Float.nan, Float.infinity)
  let logits = Tensor([nan, 0, 1, 0, nan, 1, inf, 0, 1, -inf, 0, 1], shape: [4, 3])
  let predictions = Predictions(logits: logits, labels: Tensor([0, 1, 0, 2]))
  #expect(predictions.hits.integers == [0, 0, 1, 1])
  #expect(predictions.rows(Tensor([0, 1])).hits.integers == [0, 0])
  #expect(predictions.accuracy.value == 0.5)
  #expect(predictions.confusion[0][0] == 1 && predictions.confusion[1][1] == 0)
  for values in [predictions.probabilities, predictions.logLosses, predictions.brierScores] {
    #expect(values.isFinite.all().booleans[0])
  }
  #expect(predictions.calibrationError(.equalWidth(15)).isFinite)
  #expect(predictions.calibrationError(.equalCount(2)).isFinite)
  #expect(predictions.riskCoverageCurve().area.isFinite)
  #expect(logits.decisions().integers == [-1, -1, 0, 2])
}
