import Methods
import Models
import Networks
import Tensors

/// Finds the one number to divide all scores by for the least negative log-likelihood, so that
/// confidences become honest and no prediction changes.
///
/// The likelihood has one minimum in the inverse temperature, in which it is convex; a bracketed
/// Newton iteration finds it to a relative accuracy of 1e-9 between `lowest` and `highest`.
///
/// Where all predictions are right or all are wrong, it lies where double precision sees no more
/// gain. Rows with a score that is not finite are left out, and without any other row the
/// temperature is 1.
///
/// - Source: "On Calibration of Modern Neural Networks" (2017), section 4.2.
public struct TemperatureScaling: Calibrator, Hashable {
  /// The lowest temperature that is looked at.
  public var lowest: Double
  /// The highest temperature that is looked at.
  public var highest: Double

  /// - Precondition: `range` is positive.
  public init(within range: ClosedRange<Double>) {
    precondition(range.lowerBound > 0, "temperatures are positive, not \(range)")
    (lowest, highest) = (range.lowerBound, range.upperBound)
  }

  public init() { self.init(within: 0.01...100) }

  public static let description = MethodDescription<Self>(
    "temperature", "Divides all scores by one number.", family: "scaling",
    origin: .yardstick("On Calibration of Modern Neural Networks (2017)"),
    settings: [
      .number("lowest", \.lowest, .within(1e-6...1), "The lowest temperature to look at."),
      .number(
        "highest", \.highest, .within(1...1e6), "The highest temperature to look at."),
    ])

  public func fitted(to logits: Tensor, labels: Tensor) -> any Calibration {
    temperature(of: logits, labels: labels)
  }

  /// Returns the temperature of least negative log-likelihood.
  ///
  /// - Shape: `logits` `[examples, classes]`, `labels` `[examples]` of `int64`.
  public func temperature(of logits: Tensor, labels: Tensor) -> Temperature {
    let usable = logits.isFinite.all(axes: [1]).nonzeroIndices().squeezed(axes: [1])
    guard usable.count > 0 else { return Temperature(1) }
    let scores = logits.cast(to: .float64).gathering(usable)
    let labels = labels.gathering(usable)
    func derivatives(_ inverse: Double) -> (first: Double, second: Double) {
      let point = Tensor(scalar: inverse)
      let loss = { (x: Tensor) in (scores * x).crossEntropy(labels: labels) }
      let first = gradient(at: point, of: loss).item()
      return (first, hessianVectorProduct(of: loss, at: point, with: point.onesLike()).item())
    }
    var (low, high) = (1 / highest, 1 / lowest)
    var inverse = min(max(1, low), high)
    for _ in 0..<100 {
      let (first, second) = derivatives(inverse)
      if first > 0 { high = inverse } else { low = inverse }
      let newton = inverse - first / second
      let next = newton > low && newton < high ? newton : (low + high) / 2
      let isSettled = abs(next - inverse) <= 1e-9 * inverse || high - low <= 1e-9 * low
      inverse = next
      if isSettled { break }
    }
    return Temperature(1 / inverse)
  }
}

/// A number that divides all scores.
public struct Temperature: Calibration, Hashable, Codable {
  /// Above 1 softens confidences, below 1 sharpens them.
  public let value: Double

  /// - Precondition: `value` is positive.
  public init(_ value: Double) {
    precondition(value > 0, "a temperature is positive, not \(value)")
    self.value = value
  }

  public func applied(to logits: Tensor) -> Tensor { logits / value }

  public func append(
    to builder: inout GraphBuilder, scores: Graph.ValueID
  ) throws(NetworkError) -> Graph.ValueID {
    let factor = builder.addConstant(Tensor(scalar: Float(1 / value)), name: "inverse_temperature")
    return try builder.add(.combine(.multiply), [scores, factor], name: "calibrated")
  }

  public var summary: String { "temperature \((value * 1000).rounded() / 1000)" }
}
