import Foundation
import Tensors

/// Random probability vectors.
package enum Simplex {
  /// Draws from the Dirichlet distribution with all parameters `concentration`; 1 is even over the
  /// simplex, less is sparse, more is near the center.
  ///
  /// - Shape: `[count, outcomes]` of `float64`; rows add up to 1.
  /// - Precondition: `concentration` is positive, and there is an outcome.
  package static func dirichlet(
    _ count: Int, outcomes: Int, concentration: Double = 1, using generator: inout Generator
  ) -> Tensor {
    precondition(outcomes > 0 && concentration > 0, "\(outcomes) outcomes, \(concentration)")
    let logs = (0..<count * outcomes).map { _ in
      logGamma(shape: concentration, using: &generator)
    }
    // In logarithms, because numbers of a small concentration are below the least double.
    return Tensor(logs, shape: [count, outcomes]).softmax(axis: 1)
  }

  /// The logarithm of a number from the gamma distribution of scale 1.
  ///
  /// - Source: "A Simple Method for Generating Gamma Variables" (2000), sections 2 and 6.
  private static func logGamma(shape: Double, using generator: inout Generator) -> Double {
    guard shape >= 1 else {
      return logGamma(shape: shape + 1, using: &generator)
        + log(1 - Double.random(in: 0..<1, using: &generator)) / shape
    }
    let d = shape - 1 / 3.0
    let c = 1 / (9 * d).squareRoot()
    while true {
      let radius = (-2 * log(1 - Double.random(in: 0..<1, using: &generator))).squareRoot()
      let x = radius * cos(2 * .pi * Double.random(in: 0..<1, using: &generator))
      let v = pow(1 + c * x, 3)
      guard v > 0 else { continue }
      let u = 1 - Double.random(in: 0..<1, using: &generator)
      if log(u) < x * x / 2 + d - d * v + d * log(v) { return log(d) + log(v) }
    }
  }
}
