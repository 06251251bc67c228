import Audit
import Foundation

extension AuditReport {
  /// A confusion matrix in which one class is confused often.
  static func count(truth: Int, prediction: Int) -> Int {
    if truth == 8 { return [1: 11, 3: 5, 8: 38][prediction] ?? 0 }
    if truth == prediction { return 52 - truth % 3 }
    return (truth * 3 + prediction * 7) % 23 == 1 ? 2 : 0
  }

  /// One of 15 bins of a model that is too sure of itself; the lowest are empty.
  static func overconfidentBin(_ index: Int) -> Figure.Reliability.Bin {
    let low = Double(index) / 15
    let middle = low + 0.5 / 15
    let accuracy = max(0, middle - 0.16 * sin(middle * .pi))
    return Figure.Reliability.Bin(
      range: low...(low + 1.0 / 15), confidence: middle, accuracy: accuracy,
      count: index < 3 ? 0 : index * index * 2)
  }

  static func riskLine(_ name: String, power: Double, hasBand: Bool) -> Figure.Curve.Line {
    let points = (1...25).map { step -> Figure.Curve.Point in
      let x = Double(step) / 25
      let y = 0.026 * pow(x, power)
      let band = 0.008 * x
      return Figure.Curve.Point(
        x: x, y: y, low: hasBand ? max(0, y - band) : nil, high: hasBand ? y + band : nil)
    }
    return Figure.Curve.Line(name: name, points: points)
  }

  static let corruptionGroups: [Figure.Bars.Group] = {
    let slopes: KeyValuePairs<String, Double> = [
      "Gaussian noise": 0.084, "Shot noise": 0.072, "Impulse noise": 0.108, "Defocus blur": 0.06,
      "Motion blur": 0.144, "Fog": 0.036, "Frost": 0.048, "Brightness": 0.006, "Contrast": 0.024,
      "Pixelate": 0.012, "JPEG compression": 0.018,
    ]
    return slopes.map { name, slope in
      let values = (0...4).map { severity -> Double? in 0.985 - slope * Double(severity) }
      return Figure.Bars.Group(name: name, values: values)
    }
  }()

  static func radius(
    _ radius: Double, attack: Double, certified: Double
  ) -> Figure.Sandwich.Point {
    Figure.Sandwich.Point(
      radius: radius,
      attack: Metric(attack, low: max(0, attack - 0.038), high: min(1, attack + 0.038)),
      certified: Metric(certified, low: max(0, certified - 0.03), high: min(1, certified + 0.03)))
  }
}
