import Confidence
import Models
import Tensors

extension Predictions {
  /// These predictions after calibration, each half by what was learned from the other.
  func crossFitted(
    by calibrator: some Calibrator, using generator: inout some RandomNumberGenerator
  ) throws -> Predictions {
    let order = Tensor.permutation(count, using: &generator)
    let middle = count / 2
    let halves = [order[0..<middle], order[middle..<count]].map(rows)
    let calibrated = try [0, 1].map { index -> Tensor in
      let other = halves[1 - index]
      return try calibrator.fitted(to: other.logits, labels: other.labels)
        .applied(to: halves[index].logits)
    }
    return Predictions(
      logits: .concatenating(calibrated), labels: .concatenating(halves.map(\.labels)))
  }
}

extension Figure.Reliability {
  /// Confidence against accuracy in 15 bins.
  init(_ predictions: Predictions, title: String = "Reliability") {
    self.init(
      title: title,
      bins: predictions.calibrationBins(.equalWidth(15)).map { bin in
        let place = min(14, max(0, Int((bin.confidence * 15).rounded(.up)) - 1))
        return .init(
          range: Double(place) / 15...Double(place + 1) / 15, confidence: bin.confidence,
          accuracy: bin.accuracy, count: bin.count)
      })
  }
}
