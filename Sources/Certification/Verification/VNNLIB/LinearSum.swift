/// Coefficients of variables and of products of variables, and a constant with what rounding may
/// have done to it.
struct LinearSum {
  struct Term {
    let variable: VNNLIBVariable
    var coefficient: Double
  }

  /// Two variables or more, each as often as it is multiplied, in order.
  struct Product {
    var variables: [VNNLIBVariable]
    var coefficient: Double
  }

  /// A coefficient that would have to be rounded.
  struct Inexact: Error {
    let variable: VNNLIBVariable
  }

  var terms: [Term] = []
  var products: [Product] = []
  var constant = 0.0
  /// How far the constant may be from what was written, given its numbers as doubles.
  var error = 0.0
  /// Whether it is one number as it is written.
  var isNumber = false

  var isConstant: Bool { terms.isEmpty && products.isEmpty }

  /// Adds another sum; terms of the same variable stay apart until `merge`.
  mutating func add(_ other: LinearSum) {
    isNumber = false
    terms += other.terms
    products += other.products
    let sum = constant + other.constant
    // Knuth's sum without error: what the rounded sum lacks.
    let part = sum - constant
    let lost = (constant - (sum - part)) + (other.constant - part)
    constant = sum
    error = Self.up(error, other.error, abs(lost))
  }

  mutating func negate() {
    for index in terms.indices { terms[index].coefficient.negate() }
    for index in products.indices { products[index].coefficient.negate() }
    constant.negate()
  }

  mutating func scale(by factor: Double) throws(Inexact) {
    for index in terms.indices {
      terms[index].coefficient = try Self.product(
        terms[index].coefficient, factor, of: terms[index].variable)
    }
    for index in products.indices {
      products[index].coefficient = try Self.product(
        products[index].coefficient, factor, of: products[index].variables[0])
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
    try mergeProducts()
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
      merged[merged.count - 1].coefficient = try Self.sum(
        last.coefficient, term.coefficient, of: term.variable)
    }
    terms = merged.filter { $0.coefficient != 0 }
  }

  private mutating func mergeProducts() throws(Inexact) {
    guard !products.isEmpty else { return }
    products.sort { $0.variables.lexicographicallyPrecedes($1.variables) }
    var merged: [Product] = []
    for product in products {
      guard let last = merged.last, last.variables == product.variables else {
        merged.append(product)
        continue
      }
      merged[merged.count - 1].coefficient = try Self.sum(
        last.coefficient, product.coefficient, of: product.variables[0])
    }
    products = merged.filter { $0.coefficient != 0 }
  }

  private static func product(
    _ a: Double, _ b: Double, of variable: VNNLIBVariable
  ) throws(Inexact) -> Double {
    let product = a * b
    guard product.isFinite, (-product).addingProduct(a, b) == 0 else {
      throw Inexact(variable: variable)
    }
    return product
  }

  private static func sum(
    _ a: Double, _ b: Double, of variable: VNNLIBVariable
  ) throws(Inexact) -> Double {
    let sum = a + b
    let part = sum - a
    guard sum.isFinite, (a - (sum - part)) + (b - part) == 0 else {
      throw Inexact(variable: variable)
    }
    return sum
  }

  /// The product with another sum that has variables too.
  ///
  /// - Precondition: no constant has an error.
  func multiplied(by other: LinearSum) throws(Inexact) -> LinearSum {
    precondition(error == 0 && other.error == 0, "a constant with an error is no coefficient")
    var result = LinearSum()
    for (left, a) in monomials {
      for (right, b) in other.monomials {
        let variables = (left + right).sorted()
        if variables.isEmpty {
          var constant = LinearSum(constant: a)
          try constant.scale(by: b)
          result.add(constant)
        } else if variables.count == 1 {
          result.terms.append(
            Term(variable: variables[0], coefficient: try Self.product(a, b, of: variables[0])))
        } else {
          result.products.append(
            Product(
              variables: variables, coefficient: try Self.product(a, b, of: variables[0])))
        }
      }
    }
    try result.merge()
    return result
  }

  /// How many variables are multiplied with each other at most.
  var degree: Int { max(terms.isEmpty ? 0 : 1, products.map(\.variables.count).max() ?? 0) }

  /// How many terms, products and constants there are.
  var count: Int { terms.count + products.count + 1 }

  private var monomials: [(variables: [VNNLIBVariable], coefficient: Double)] {
    terms.map { ([$0.variable], $0.coefficient) } + products.map { ($0.variables, $0.coefficient) }
      + (constant == 0 ? [] : [([], constant)])
  }

  mutating func divide(by divisor: Double) throws(Inexact) {
    func quotient(_ number: Double, of variable: VNNLIBVariable) throws(Inexact) -> Double {
      let quotient = number / divisor
      guard quotient.isFinite, (-number).addingProduct(quotient, divisor) == 0 else {
        throw Inexact(variable: variable)
      }
      return quotient
    }
    for index in terms.indices {
      terms[index].coefficient = try quotient(
        terms[index].coefficient, of: terms[index].variable)
    }
    for index in products.indices {
      products[index].coefficient = try quotient(
        products[index].coefficient, of: products[index].variables[0])
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
  var highestConstant: Double { -Self.lowest(-constant, less: error) }

  /// The constant lowered by what rounding may have added, so that `sum ≤ 0` excludes nothing that
  /// was meant.
  var lowestConstant: Double { Self.lowest(constant, less: error) }

  /// The difference, or the next number below it where it is rounded upward.
  private static func lowest(_ number: Double, less error: Double) -> Double {
    let difference = number - error
    let part = difference - number
    let lost = (number - (difference - part)) - (error + part)
    return lost < 0 ? difference.nextDown : difference
  }

  private static func up(_ errors: Double...) -> Double {
    errors.reduce(0) { $1 == 0 ? $0 : $0 == 0 ? $1 : ($0 + $1).nextUp }
  }
}
