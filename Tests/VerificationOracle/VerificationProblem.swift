import Certification
import Networks

/// A property of a network, with what is known of the answer.
public protocol VerificationProblem: Sendable {
  var lower: [Double] { get }
  var upper: [Double] { get }
  var property: VerificationProperty { get }

  func network() throws -> Network

  /// How far the property is from being broken at a point, in double precision; it is broken where
  /// this is not above 0.
  func violation(at point: [Double]) -> Double

  /// Where the least such number of the box lies.
  var leastViolation: ClosedRange<Double> { get }
}
