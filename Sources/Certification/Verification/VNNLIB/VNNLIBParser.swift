/// Reads the commands of a property: declarations, and what is asserted of the variables.
///
/// An assertion about one input alone narrows the box; everything else is kept as a formula.
struct VNNLIBParser {
  /// `terms + constant ≤ 0`.
  struct Atom {
    let terms: [LinearSum.Term]
    let constant: Double
  }

  private var scanner: VNNLIBScanner
  private let limits: VNNLIBLimits
  private(set) var atoms: [Atom] = []
  private(set) var formulas: [VNNLIBFormula] = []
  private(set) var box = VNNLIBBox()
  /// Where each input and each output is declared.
  private(set) var inputs = VNNLIBDeclarations(letter: "X")
  private(set) var outputs = VNNLIBDeclarations(letter: "Y")
  private var depth = 0
  private var hasAssertion = false

  init(_ scanner: VNNLIBScanner, limits: VNNLIBLimits) {
    (self.scanner, self.limits) = (scanner, limits)
  }

  func error(_ reason: VNNLIBError.Reason, at offset: Int) -> VNNLIBError {
    scanner.error(reason, at: offset)
  }

  mutating func parse() throws(VNNLIBError) {
    while true {
      let token = try scanner.next()
      if token == .end { break }
      guard token == .open else { throw unexpected(token, "a command in parentheses") }
      let start = scanner.start
      let name = try word("a command")
      if scanner.isWord(name, "declare-const") {
        try declaration()
      } else if scanner.isWord(name, "assert") {
        hasAssertion = true
        keep(try formula(try scanner.next(), opened: start))
        try close(start)
      } else {
        throw scanner.error(.unknownCommand(short(name)))
      }
    }
    for list in [inputs, outputs] {
      if let (reason, offset) = list.flaw { throw scanner.error(reason, at: offset) }
    }
    guard hasAssertion else { throw scanner.error(.noAssertion) }
  }

  // MARK: Declarations

  private mutating func declaration() throws(VNNLIBError) {
    let start = scanner.start
    let name = try word("the name of a variable")
    guard let variable = scanner.variable(name) else { throw scanner.error(.badName(short(name))) }
    let place = scanner.start
    guard variable.index < limits.variables else {
      throw scanner.error(.tooMany("variables of a kind", limit: limits.variables))
    }
    let isNew =
      variable.isOutput
      ? outputs.declare(variable.index, at: place) : inputs.declare(variable.index, at: place)
    guard isNew else { throw scanner.error(.duplicate(variable.name)) }
    if !variable.isOutput { box.include(variable.index) }
    let sort = try scanner.next()
    guard case .word(let text) = sort, scanner.isWord(text, "Real") else {
      if case .word(let text) = sort { throw scanner.error(.wrongSort(short(text))) }
      throw unexpected(sort, "the sort Real")
    }
    try close(start)
  }

  // MARK: Formulas

  /// Conjunctions fall apart, and inequalities of one input narrow the box at once.
  private mutating func keep(_ formula: VNNLIBFormula) {
    switch formula {
    case .and(let parts): for part in parts { keep(part) }
    case .atom(let place):
      if let term = atoms[place].onlyInput {
        box.restrict(term, constant: atoms[place].constant)
        if place == atoms.count - 1 { atoms.removeLast() }
      } else {
        formulas.append(formula)
      }
    case .or: formulas.append(formula)
    }
  }

  private mutating func formula(
    _ token: VNNLIBScanner.Token, opened outer: Int
  ) throws(VNNLIBError) -> VNNLIBFormula {
    guard token == .open else { throw unexpected(token, "a formula in parentheses", outer) }
    let start = scanner.start
    try enter()
    defer { depth -= 1 }
    let name = try word("and, or, <= or >=")
    if scanner.isWord(name, "and") || scanner.isWord(name, "or") {
      var parts: [VNNLIBFormula] = []
      while true {
        let token = try scanner.next()
        if token == .close { break }
        parts.append(try formula(token, opened: start))
      }
      guard !parts.isEmpty else { throw scanner.error(.emptyList(scanner.text(name)), at: start) }
      if parts.count == 1 { return parts[0] }
      return scanner.isWord(name, "and") ? .and(parts) : .or(parts)
    }
    return try comparison(name, opened: start)
  }

  private mutating func comparison(
    _ name: Range<Int>, opened start: Int
  ) throws(VNNLIBError) -> VNNLIBFormula {
    let isAtMost = scanner.isWord(name, "<=") || scanner.isWord(name, "<")
    let isAtLeast = scanner.isWord(name, ">=") || scanner.isWord(name, ">")
    let isEqual = scanner.isWord(name, "=")
    guard isAtMost || isAtLeast || isEqual else {
      throw unexpected(.word(name), "and, or, <=, >=, <, > or =")
    }
    var left = try sum(try scanner.next(), opened: start)
    var parts: [VNNLIBFormula] = []
    while true {
      let token = try scanner.next()
      if token == .close { break }
      let right = try sum(token, opened: start)
      if !isAtLeast { parts.append(try atom(left, atMost: right, at: start)) }
      if !isAtMost { parts.append(try atom(right, atMost: left, at: start)) }
      left = right
    }
    guard !parts.isEmpty else {
      throw scanner.error(.tooFewOperands(scanner.text(name)), at: start)
    }
    return parts.count == 1 ? parts[0] : .and(parts)
  }

  private mutating func atom(
    _ left: LinearSum, atMost right: LinearSum, at start: Int
  ) throws(VNNLIBError) -> VNNLIBFormula {
    var (sum, negative) = (left, right)
    negative.negate()
    sum.add(negative)
    do throws(LinearSum.Inexact) { try sum.merge() } catch {
      throw scanner.error(.inexact(error.variable.name), at: start)
    }
    guard sum.constant.isFinite else {
      throw scanner.error(.numberOutOfRange("\(sum.constant)"), at: start)
    }
    guard atoms.count < limits.inequalities else {
      throw scanner.error(.tooMany("inequalities", limit: limits.inequalities), at: start)
    }
    atoms.append(Atom(terms: sum.terms, constant: sum.lowestConstant))
    return .atom(atoms.count - 1)
  }

  // MARK: Sums

  private mutating func sum(
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
    let name = try word("+, - or *")
    let isProduct = scanner.isWord(name, "*")
    let isDifference = scanner.isWord(name, "-")
    guard isProduct || isDifference || scanner.isWord(name, "+") else {
      throw unexpected(.word(name), "+, - or *")
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
      } else {
        if isDifference { other.negate() }
        result.add(other)
      }
    }
    if count == 1, isDifference { result.negate() }
    return result
  }

  private func product(
    _ a: LinearSum, _ b: LinearSum, at start: Int
  ) throws(VNNLIBError) -> LinearSum {
    guard a.isConstant || b.isConstant else { throw scanner.error(.nonlinear, at: start) }
    var (result, factor) = a.isConstant ? (b, a) : (a, b)
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

  private func leaf(_ range: Range<Int>) throws(VNNLIBError) -> LinearSum {
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
    return LinearSum(constant: number)
  }

  // MARK: Tokens

  private mutating func word(_ expected: String) throws(VNNLIBError) -> Range<Int> {
    let token = try scanner.next()
    guard case .word(let range) = token else { throw unexpected(token, expected) }
    return range
  }

  private mutating func close(_ opened: Int) throws(VNNLIBError) {
    let token = try scanner.next()
    guard token == .close else { throw unexpected(token, "a closing parenthesis", opened) }
  }

  private mutating func enter() throws(VNNLIBError) {
    depth += 1
    guard depth <= limits.depth else {
      throw scanner.error(.tooMany("parentheses within each other", limit: limits.depth))
    }
  }

  private func unexpected(
    _ token: VNNLIBScanner.Token, _ expected: String, _ opened: Int? = nil
  ) -> VNNLIBError {
    switch token {
    case .open: scanner.error(.unexpected(found: "(", expected: expected))
    case .close: scanner.error(.unexpected(found: ")", expected: expected))
    case .word(let range): scanner.error(.unexpected(found: short(range), expected: expected))
    case .end: scanner.error(.unclosed, at: opened)
    }
  }

  private func short(_ range: Range<Int>) -> String {
    range.count <= 40 ? scanner.text(range) : scanner.text(range.prefix(40)) + "…"
  }
}

extension VNNLIBParser.Atom {
  /// The term, if the inequality is about one input and nothing else.
  var onlyInput: LinearSum.Term? {
    terms.count == 1 && !terms[0].variable.isOutput ? terms[0] : nil
  }
}
