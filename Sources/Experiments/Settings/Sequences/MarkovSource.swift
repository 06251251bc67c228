import Foundation
import Tensors

/// A stationary source of symbols, each of which depends on the one before it alone.
///
/// With `P` the transition matrix and `π` its stationary distribution the entropy rate is
/// `-Σᵢ πᵢ Σⱼ Pᵢⱼ log Pᵢⱼ`: no predictor's mean cross-entropy is lower.
package struct MarkovSource: Sendable {
  /// `P`, `[symbols, symbols]` of `float64`; rows add up to 1.
  package let transition: Tensor
  /// `π`, `[symbols]`.
  package let stationary: Tensor

  /// The source of a transition matrix.
  ///
  /// - Precondition: every entry is positive, and rows add up to 1.
  package init(transition: Tensor) {
    let transition = transition.cast(to: .float64)
    let symbols = transition.size(0)
    let rowError = (transition.sum(axes: [1]) - 1).magnitude().max().item()
    precondition(
      transition.shape == [symbols, symbols] && transition.min().item() > 0 && rowError < 1e-9,
      "not a matrix of positive rows that add up to 1: \(transition)")
    self.transition = transition
    // `π (I - P + 1) = 1ᵀ`, where 1 is the matrix of ones, because `π P = π` and `π 1 = 1ᵀ`.
    let system = Tensor.identity(symbols, dtype: .float64) - transition + 1
    guard let solution = try? system.transposed().solving(.ones([symbols], dtype: .float64)) else {
      preconditionFailure("a positive transition matrix has one stationary distribution")
    }
    stationary = solution
  }

  /// A source whose rows are drawn from a Dirichlet distribution; the smaller its parameter, the
  /// lower the entropy.
  ///
  /// - Precondition: `symbols` and `concentration` are positive.
  package init(symbols: Int, concentration: Double = 0.5, using generator: inout Generator) {
    let rows = Simplex.dirichlet(
      symbols, outcomes: symbols, concentration: concentration, using: &generator)
    // No transition is impossible, so that every logarithm is finite.
    self.init(transition: rows * 0.999 + 0.001 / Double(symbols))
  }

  /// In nats a symbol.
  package var entropyRate: Double {
    (transition * transition.log()).sum(axes: [1]).negated().dot(stationary).item()
  }

  /// The entropy of the stationary distribution, in nats: what a predictor that sees nothing of the
  /// past can reach.
  package var marginalEntropy: Double { -stationary.dot(stationary.log()).item() }

  /// Draws sequences that start in the stationary distribution.
  ///
  /// - Shape: `[sequences, length]` of `int64`.
  package func draw(
    _ sequences: Int, length: Int, using generator: inout Generator
  ) -> Tensor {
    var columns = [stationary.multinomial(sequences, replacing: true, using: &generator)]
    while columns.count < length {
      let rows = transition.gathering(columns[columns.count - 1])
      columns.append(
        rows.multinomial(1, replacing: true, using: &generator).squeezed(axes: [1]))
    }
    return .stacking(columns, axis: 1)
  }

  /// Draws sequences to predict: the target of each place is the symbol after it.
  package func task(
    _ sequences: Int, length: Int, using generator: inout Generator
  ) -> TokenTask {
    let drawn = draw(sequences, length: length + 1, using: &generator)
    return TokenTask(
      tokens: drawn.narrowed(axis: 1, from: 0, count: length),
      targets: drawn.narrowed(axis: 1, from: 1, count: length),
      isScored: .ones([sequences, length], dtype: .bool), symbols: transition.size(0))
  }
}
