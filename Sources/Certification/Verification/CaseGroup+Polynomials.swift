import Models
import Networks
import Tensors

/// Inequalities with products of variables.
extension CaseGroup {
  /// The values of each case's polynomials; missing ones are satisfied by everything.
  ///
  /// - Shape: inputs `[N, features]`, outputs `[N, outputs]` to `[N, K, P]`.
  func polynomialValues(inputs x: Tensor, outputs y: Tensor) -> Tensor {
    let missing = y.narrowed(axis: 1, from: 0, count: 1) * 0 + Self.never
    let columns = polynomials.map { own -> Tensor in
      let values = own.map { polynomial in
        polynomial.terms.reduce(missing * 0 + polynomial.constant) { sum, term in
          let factors =
            term.inputs.map { x.narrowed(axis: 1, from: $0, count: 1).cast(to: y.dtype) }
            + term.outputs.map { y.narrowed(axis: 1, from: $0, count: 1) }
          return sum + factors.dropFirst().reduce(factors[0]) { $0 * $1 } * term.coefficient
        }
      }
      let blanks = Array(repeating: missing, count: polynomialCount - own.count)
      return .concatenating(values + blanks, axis: 1)
    }
    return .stacking(columns, axis: 1)
  }

  /// Which of the cases have a polynomial that is above 0 everywhere between these bounds.
  ///
  /// - Shape: inputs `[N, features]`, outputs `[N, outputs]`, in double precision, to `[N, K]`.
  /// - Soundness: in real arithmetic.
  func excludedByPolynomials(inputs x: Box, outputs y: Box) -> Tensor {
    func column(_ box: Box, _ place: Int) -> Interval {
      Interval(
        lower: box.lower.narrowed(axis: 1, from: place, count: 1),
        upper: box.upper.narrowed(axis: 1, from: place, count: 1))
    }
    let none = Tensor.zeros([x.lower.size(0), 1], dtype: .bool)
    let columns = polynomials.map { own in
      own.reduce(none) { isExcluded, polynomial in
        let sum = polynomial.terms.reduce(Interval(point: Tensor(scalar: polynomial.constant))) {
          $0 + term($1, column: { $0 ? column(y, $1) : column(x, $1) })
        }
        return isExcluded .| (sum.lower .> 0)
      }
    }
    return .concatenating(columns, axis: 1)
  }

  /// Even powers are of one sign, which products of intervals do not know.
  private func term(
    _ term: VerificationPolynomial.Term, column: (_ isOutput: Bool, _ place: Int) -> Interval
  ) -> Interval {
    var powers: [(isOutput: Bool, place: Int, count: Int)] = []
    let variables = term.inputs.map { (false, $0) } + term.outputs.map { (true, $0) }
    for (isOutput, place) in variables.sorted(by: { ($0.0 ? 1 : 0, $0.1) < ($1.0 ? 1 : 0, $1.1) }) {
      if let last = powers.last, last.isOutput == isOutput, last.place == place {
        powers[powers.count - 1].count += 1
      } else {
        powers.append((isOutput, place, 1))
      }
    }
    return powers.reduce(Interval(point: Tensor(scalar: term.coefficient))) { product, power in
      let x = column(power.isOutput, power.place)
      return product
        * (power.count == 1 ? x : ElementwiseFunction.power(Double(power.count)).interval(of: x))
    }
  }
}
