/// Coefficients of variables and a constant, with what rounding may have done to the constant.
struct LinearSum {
  struct Term {
    let variable: VNNLIBVariable
    var coefficient: Double
  }

  /// A coefficient that would have to be rounded.
  struct Inexact: Error {
    let variable: VNNLIBVariable
  }

  var terms: [Term] = []
  var constant = 0.0
  /// How far the constant may be from what was written, given its numbers as doubles.
  var error = 0.0

  var isConstant: Bool { terms.isEmpty }

  /// Adds another sum; terms of the same variable stay apart until `merge`.
  mutating func add(_ other: LinearSum) {
    terms += other.terms
    let sum = constant + other.constant
    // Knuth's sum without error: what the rounded sum lacks.
    let part = sum - constant
    let lost = (constant - (sum - part)) + (other.constant - part)
    constant = sum
    error = Self.up(error, other.error, abs(lost))
  }

  mutating func negate() {
    for index in terms.indices { terms[index].coefficient.negate() }
    constant.negate()
  }

  mutating func scale(by factor: Double) throws(Inexact) {
    for index in terms.indices {
      let term = terms[index]
      terms[index].coefficient *= factor
      let product = terms[index].coefficient
      guard product.isFinite, (-product).addingProduct(term.coefficient, factor) == 0 else {
        throw Inexact(variable: term.variable)
      }
    }
    let product = constant * factor
    let lost = (-product).addingProduct(constant, factor)
    // Below the normal numbers the loss itself may be rounded.
    let tiny = product != 0 && abs(product) < 0x1p-900 ? 0x1p-1000 : 0
    let scaled = error == 0 ? 0 : (error * abs(factor)).nextUp
    error = Self.up(scaled, abs(lost), tiny)
    constant = product
  }

  /// Joins the terms of each variable and drops those that cancel.
  mutating func merge() throws(Inexact) {
    guard terms.count > 1 else {
      terms.removeAll { $0.coefficient == 0 }
      return
    }
    terms.sort { $0.variable < $1.variable }
    var merged: [Term] = []
    for term in terms {
      guard let last = merged.last, last.variable == term.variable else {
        merged.append(term)
        continue
      }
      let sum = last.coefficient + term.coefficient
      let part = sum - last.coefficient
      guard sum.isFinite, (last.coefficient - (sum - part)) + (term.coefficient - part) == 0 else {
        throw Inexact(variable: term.variable)
      }
      merged[merged.count - 1].coefficient = sum
    }
    terms = merged.filter { $0.coefficient != 0 }
  }

  mutating func divide(by divisor: Double) throws(Inexact) {
    for index in terms.indices {
      let term = terms[index]
      terms[index].coefficient /= divisor
      let quotient = terms[index].coefficient
      guard quotient.isFinite, (-term.coefficient).addingProduct(quotient, divisor) == 0 else {
        throw Inexact(variable: term.variable)
      }
    }
    let quotient = constant / divisor
    // The nearest double is less than half of a step away.
    let isExact = (-constant).addingProduct(quotient, divisor) == 0
    let scaled = error == 0 ? 0 : (error / abs(divisor)).nextUp
    error = Self.up(scaled, isExact ? 0 : quotient.ulp)
    constant = quotient
  }

  /// The constant raised by what rounding may have taken, so that `sum ≤ 0` accepts nothing that was
  /// not meant.
  var highestConstant: Double { error == 0 ? constant : (constant + error).nextUp }

  /// The constant lowered by what rounding may have added, so that `sum ≤ 0` excludes nothing that
  /// was meant.
  var lowestConstant: Double { error == 0 ? constant : (constant - error).nextDown }

  private static func up(_ errors: Double...) -> Double {
    errors.reduce(0) { $1 == 0 ? $0 : $0 == 0 ? $1 : ($0 + $1).nextUp }
  }
}
