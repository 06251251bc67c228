import Models

extension Metric {
  /// A number with the interval that was estimated for it.
  init(_ estimate: Estimate, unit: Unit = .plain, label: String? = nil) {
    self.init(
      estimate.value, low: estimate.low, high: estimate.high, unit: unit, label: label)
  }
}

extension SeriesPoint {
  init(norm: String, radius: Float, _ estimate: Estimate) {
    self.init(
      norm: norm, radius: Double(radius).roundedForDisplay, value: estimate.value,
      low: estimate.low, high: estimate.high)
  }

  init(label: String, _ estimate: Estimate) {
    self.init(label: label, value: estimate.value, low: estimate.low, high: estimate.high)
  }
}

extension Estimate {
  /// This share with its interval, for sentences: "96.9% (95% CI 94.6–98.3)".
  var percentWithInterval: String {
    func number(_ share: Double) -> String { "\((share * 1000).rounded() / 10)" }
    guard low.isFinite, high.isFinite else { return value.percent }
    return "\(value.percent) (95% CI \(number(low))–\(number(high)))"
  }
}

extension Double {
  /// A single-precision number as the user wrote it: 0.1, not 0.10000000149.
  var roundedForDisplay: Double { Double("\(Float(self))") ?? self }

  /// This share in percent, for sentences.
  var percent: String { isFinite ? "\((self * 1000).rounded() / 10)%" : "unknown" }
}
