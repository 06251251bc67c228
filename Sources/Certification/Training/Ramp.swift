/// A number that goes in a line from one value to another over a part of a training run.
public struct Ramp: Sendable, Hashable, Codable {
  public let start: Double
  public let end: Double
  /// The part of the run, from 0 to 1, during which the number changes.
  public let part: ClosedRange<Double>

  /// - Precondition: the part lies in `0...1`.
  public init(from start: Double, to end: Double, over part: ClosedRange<Double> = 0.05...0.6) {
    precondition(part.lowerBound >= 0 && part.upperBound <= 1, "a ramp over \(part) of a run")
    (self.start, self.end, self.part) = (start, end, part)
  }

  /// Returns the value when `progress`, from 0 to 1, of the run is done.
  public func value(at progress: Double) -> Double {
    guard progress > part.lowerBound else { return start }
    guard progress < part.upperBound else { return end }
    let share = (progress - part.lowerBound) / (part.upperBound - part.lowerBound)
    return start + (end - start) * share
  }
}
