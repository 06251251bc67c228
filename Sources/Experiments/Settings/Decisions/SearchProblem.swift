import Foundation
import Tensors

/// A function to minimize over a box by queries alone, whose minimum is known.
package struct SearchProblem: Sendable {
  /// What it is called.
  package let name: String
  /// The values that each coordinate may take.
  package let domain: [ClosedRange<Double>]
  /// All points of the domain where the function is least.
  package let minimizers: [[Double]]
  /// The least value.
  package let minimum: Double
  private let function: @Sendable ([Double]) -> Double

  /// The value at a point.
  ///
  /// - Precondition: the point has as many coordinates as the domain.
  package func value(at point: [Double]) -> Double {
    precondition(point.count == domain.count, "\(point.count) coordinates for \(name)")
    return function(point)
  }

  /// How far a value is above the minimum.
  package func regret(of value: Double) -> Double { value - minimum }

  /// A point drawn evenly from the domain.
  package func randomPoint(using generator: inout Generator) -> [Double] {
    domain.map { .random(in: $0, using: &generator) }
  }

  /// Branin's function of two variables, which has three minima:
  /// `(y - 5.1 x² / 4π² + 5 x / π - 6)² + 10 (1 - 1 / 8π) cos x + 10`.
  ///
  /// - Source: "Towards Global Optimisation 2" (1978), as the literature writes it.
  package static let branin = SearchProblem(
    name: "Branin", domain: [-5...10, 0...15],
    minimizers: [[-.pi, 12.275], [.pi, 2.275], [3 * .pi, 2.475]],
    // All squares vanish there, and the cosine is -1.
    minimum: 10 / (8 * .pi)
  ) { point in
    let (x, y) = (point[0], point[1])
    let square = y - 5.1 * x * x / (4 * .pi * .pi) + 5 * x / .pi - 6
    return square * square + 10 * (1 - 1 / (8 * .pi)) * cos(x) + 10
  }

  /// Hartmann's function of six variables, a sum of four bells with six local minima.
  ///
  /// - Source: "Towards Global Optimisation 2" (1978), as the literature writes it.
  package static let hartmann6 = SearchProblem(
    name: "Hartmann-6", domain: Array(repeating: 0...1, count: 6),
    minimizers: [
      [0.201_689_51, 0.150_010_69, 0.476_873_98, 0.275_332_43, 0.311_651_62, 0.657_300_53]
    ], minimum: -3.322_368_011_415_5
  ) { point in
    let heights = [1.0, 1.2, 3, 3.2]
    let widths: [[Double]] = [
      [10, 3, 17, 3.5, 1.7, 8], [0.05, 10, 17, 0.1, 8, 14], [3, 3.5, 1.7, 10, 17, 8],
      [17, 8, 0.05, 10, 0.1, 14],
    ]
    let centers: [[Double]] = [
      [1312, 1696, 5569, 124, 8283, 5886], [2329, 4135, 8307, 3736, 1004, 9991],
      [2348, 1451, 3522, 2883, 3047, 6650], [4047, 8828, 8732, 5743, 1091, 381],
    ]
    return -heights.indices.reduce(0) { sum, bell in
      let distance = point.indices.reduce(0) { sum, axis in
        let offset = point[axis] - centers[bell][axis] / 10_000
        return sum + widths[bell][axis] * offset * offset
      }
      return sum + heights[bell] * exp(-distance)
    }
  }

  /// Ackley's function, a deep hole in a rippled plain: with `n` variables,
  /// `-20 exp(-0.2 √(Σ x² / n)) - exp(Σ cos(2πx) / n) + 20 + e`.
  ///
  /// - Source: "A Connectionist Machine for Genetic Hillclimbing" (1987).
  package static func ackley(_ dimension: Int) -> SearchProblem {
    precondition(dimension > 0, "a function of no variables")
    return SearchProblem(
      name: "Ackley-\(dimension)", domain: Array(repeating: -32.768...32.768, count: dimension),
      minimizers: [Array(repeating: 0, count: dimension)], minimum: 0
    ) { point in
      let count = Double(point.count)
      let length = (point.reduce(0) { $0 + $1 * $1 } / count).squareRoot()
      let waves = point.reduce(0) { $0 + cos(2 * .pi * $1) } / count
      return -20 * exp(-0.2 * length) - exp(waves) + 20 + exp(1)
    }
  }
}
