/// Arithmetic: sums, products and quotients.
extension VNNLIBParser {
  mutating func sum(
    _ token: VNNLIBScanner.Token, opened outer: Int
  ) throws(VNNLIBError) -> LinearSum {
    switch token {
    case .word(let range): return try leaf(range)
    case .open: break
    case .close, .end: throw unexpected(token, "a number, a variable or a sum", outer)
    }
    let start = scanner.start
    try enter()
    defer { depth -= 1 }
    let name = try word("+, -, * or /")
    let isProduct = scanner.isWord(name, "*")
    let isQuotient = scanner.isWord(name, "/")
    let isDifference = scanner.isWord(name, "-")
    guard isProduct || isQuotient || isDifference || scanner.isWord(name, "+") else {
      throw unexpected(.word(name), "+, -, * or /")
    }
    var result = try sum(try scanner.next(), opened: start)
    var count = 1
    while true {
      let token = try scanner.next()
      if token == .close { break }
      var other = try sum(token, opened: start)
      count += 1
      if isProduct {
        result = try product(result, other, at: start)
      } else if isQuotient {
        guard other.isConstant, other.error == 0 || other.isNumber, other.constant != 0 else {
          throw scanner.error(
            .unsupported("division by anything but a number other than 0"), at: start)
        }
        do throws(LinearSum.Inexact) { try result.divide(by: other.constant) } catch {
          throw scanner.error(.inexact(error.variable.name), at: start)
        }
      } else {
        if isDifference { other.negate() }
        result.add(other)
      }
    }
    if count == 1, isDifference { result.negate() }
    return result
  }

  func product(
    _ a: LinearSum, _ b: LinearSum, at start: Int
  ) throws(VNNLIBError) -> LinearSum {
    guard a.isConstant || b.isConstant else {
      guard a.error == 0, b.error == 0 else {
        throw scanner.error(
          .inexact((a.terms + b.terms).first?.variable.name ?? "a product"), at: start)
      }
      guard a.degree + b.degree <= limits.degree else {
        throw scanner.error(.tooMany("variables in a product", limit: limits.degree), at: start)
      }
      guard a.count <= limits.products / b.count else {
        throw scanner.error(
          .tooMany("products in an expression", limit: limits.products), at: start)
      }
      do throws(LinearSum.Inexact) { return try a.multiplied(by: b) } catch {
        throw scanner.error(.inexact(error.variable.name), at: start)
      }
    }
    var (result, factor) = a.isConstant ? (b, a) : (a, b)
    // A coefficient means the nearest double.
    if factor.isNumber, !result.isConstant { factor.error = 0 }
    if factor.error != 0, result.isConstant, result.error == 0 {
      swap(&result, &factor)
    }
    guard factor.error == 0 else {
      let name = result.terms.first?.variable.name ?? "a constant"
      throw scanner.error(.inexact(name), at: start)
    }
    do throws(LinearSum.Inexact) { try result.scale(by: factor.constant) } catch {
      throw scanner.error(.inexact(error.variable.name), at: start)
    }
    return result
  }

  mutating func leaf(_ range: Range<Int>) throws(VNNLIBError) -> LinearSum {
    if let variable = try element(range) {
      return LinearSum(terms: [.init(variable: variable, coefficient: 1)])
    }
    if let variable = scanner.variable(range) {
      let list = variable.isOutput ? outputs : inputs
      guard list.contains(variable.index) else {
        throw scanner.error(.undeclared(variable.name))
      }
      return LinearSum(terms: [.init(variable: variable, coefficient: 1)])
    }
    guard let number = scanner.number(range) else {
      throw scanner.error(.badNumber(short(range)))
    }
    guard number.isFinite else { throw scanner.error(.numberOutOfRange(short(range))) }
    // Fewer digits mean the nearest double; more are meant as they are written.
    guard range.count > 17 else { return LinearSum(constant: number) }
    let decimal = scanner.decimal(range)
    let isRounded = decimal.digits.count > 17 && !decimal.equals(number)
    return LinearSum(
      constant: number,
      error: isRounded ? max(number.ulp * 0.5, .leastNonzeroMagnitude) : 0, isNumber: true)
  }

  /// The element of a tensor that a word of version 2 names, such as `X[0,1]`.
  mutating func element(_ range: Range<Int>) throws(VNNLIBError) -> VNNLIBVariable? {
    guard !tensors.isEmpty else { return nil }
    var text = scanner.text(range)
    let name = String(text.prefix { $0 != "[" })
    guard let tensor = tensors[name] else { return nil }
    while text.contains("["), !text.hasSuffix("]") {
      text += scanner.text(try word("the end of an index"))
    }
    guard let index = tensor.index(text.dropFirst(name.count)) else {
      throw scanner.error(.badIndex(String(text.prefix(40)), shape: tensor.shape))
    }
    guard tensor.kind != .hidden else {
      throw scanner.error(.unsupported("an assertion about the hidden tensor '\(name)'"))
    }
    networks[tensor.network].isUsed = true
    return VNNLIBVariable(isOutput: tensor.kind == .output, index: index)
  }
}
