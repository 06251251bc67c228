import Models
import Tensors

/// One number that divides all scores, so that confidences become honest and no decision changes.
///
/// - Source: "On Calibration of Modern Neural Networks" (2017), section 4.2.
public struct TemperatureScaling: Sendable, Hashable, Codable {
  /// Above 1 softens confidences, below 1 sharpens them.
  public let temperature: Double

  /// - Precondition: `temperature` is positive.
  public init(temperature: Double) {
    precondition(temperature > 0, "a temperature is positive, not \(temperature)")
    self.temperature = temperature
  }

  /// Finds the temperature of least negative log-likelihood.
  ///
  /// The likelihood has one minimum in the inverse temperature, in which it is convex; a bracketed
  /// Newton iteration finds it to a relative accuracy of 1e-9 within `range`.
  ///
  /// Where all scores are right or all are wrong, it lies within `range` where double precision
  /// sees no more gain. Rows with a score that is not finite are left out, and without any other
  /// row the temperature is 1.
  ///
  /// - Shape: `logits` `[examples, classes]`, `labels` `[examples]` of `int64`.
  /// - Precondition: `range` is positive.
  public static func fitted(
    to logits: Tensor, labels: Tensor, within range: ClosedRange<Double> = 0.01...100
  ) -> TemperatureScaling {
    precondition(range.lowerBound > 0, "temperatures are positive, not \(range)")
    let usable = logits.isFinite.all(axes: [1]).nonzeroIndices().squeezed(axes: [1])
    guard usable.count > 0 else { return TemperatureScaling(temperature: 1) }
    let scores = logits.cast(to: .float64).gathering(usable)
    let labels = labels.gathering(usable)
    func slope(_ inverse: Double) -> (first: Double, second: Double) {
      let point = Tensor(scalar: inverse)
      let loss = { (x: Tensor) in (scores * x).crossEntropy(labels: labels) }
      let first = gradient(at: point, of: loss).item()
      return (first, hessianVectorProduct(of: loss, at: point, with: point.onesLike()).item())
    }
    var (low, high) = (1 / range.upperBound, 1 / range.lowerBound)
    var inverse = min(max(1, low), high)
    for _ in 0..<100 {
      let (first, second) = slope(inverse)
      if first > 0 { high = inverse } else { low = inverse }
      let newton = inverse - first / second
      let next = newton > low && newton < high ? newton : (low + high) / 2
      let isSettled = abs(next - inverse) <= 1e-9 * inverse || high - low <= 1e-9 * low
      inverse = next
      if isSettled { break }
    }
    return TemperatureScaling(temperature: 1 / inverse)
  }

  /// Returns the scores divided by the temperature.
  public func applied(to logits: Tensor) -> Tensor { logits / temperature }
}
