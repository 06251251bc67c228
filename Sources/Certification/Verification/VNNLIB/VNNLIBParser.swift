/// Reads the commands of a property: declarations, and what is asserted of the variables.
///
/// An assertion about one input alone narrows the box; everything else is kept as a formula.
struct VNNLIBParser {
  /// `terms + constant ≤ 0`, or `< 0` if it is strict.
  struct Atom {
    let terms: [LinearSum.Term]
    /// Lowered by what rounding may have added, so that nothing that was meant is excluded.
    let constant: Double
    /// Raised by what rounding may have taken, so that nothing else is accepted.
    let acceptedConstant: Double
    let isStrict: Bool
  }

  private var scanner: VNNLIBScanner
  private let limits: VNNLIBLimits
  private(set) var atoms: [Atom] = []
  private(set) var formulas: [VNNLIBFormula] = []
  private(set) var box = VNNLIBBox()
  /// Where each input and each output is declared.
  private(set) var inputs = VNNLIBDeclarations(letter: "X")
  private(set) var outputs = VNNLIBDeclarations(letter: "Y")
  /// The tensors of version 2, by name.
  private var tensors: [String: VNNLIBTensor] = [:]
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
      switch scanner.text(name.prefix(40)) {
      case "declare-const": try declaration(isFunction: false)
      case "declare-fun": try declaration(isFunction: true)
      case "declare-network": try network(opened: start)
      case "assert":
        hasAssertion = true
        keep(try formula(try scanner.next(), opened: start))
        try close(start)
      case "vnnlib-version", "set-logic", "set-option", "set-info", "check-sat", "get-model",
        "get-value", "exit":
        // They say nothing about the property.
        try scanner.skipList(opened: start)
      default: throw scanner.error(.unknownCommand(short(name)))
      }
    }
    for list in [inputs, outputs] {
      if let (reason, offset) = list.flaw { throw scanner.error(reason, at: offset) }
    }
    guard hasAssertion else { throw scanner.error(.noAssertion) }
  }

  // MARK: Declarations

  private mutating func declaration(isFunction: Bool) throws(VNNLIBError) {
    let start = scanner.start
    let name = try word("the name of a variable")
    guard let variable = scanner.variable(name) else { throw scanner.error(.badName(short(name))) }
    let place = scanner.start
    if isFunction {
      let token = try scanner.next()
      guard token == .open else { throw unexpected(token, "an empty list of arguments", start) }
      try close(scanner.start)
    }
    try declare(variable, at: place)
    let sort = try scanner.next()
    guard case .word(let text) = sort, scanner.isWord(text, "Real") else {
      if case .word(let text) = sort { throw scanner.error(.wrongSort(short(text))) }
      throw unexpected(sort, "the sort Real")
    }
    try close(start)
  }

  private mutating func declare(_ variable: VNNLIBVariable, at place: Int) throws(VNNLIBError) {
    guard variable.index < limits.variables else {
      throw scanner.error(.tooMany("variables of a kind", limit: limits.variables))
    }
    let isNew =
      variable.isOutput
      ? outputs.declare(variable.index, at: place) : inputs.declare(variable.index, at: place)
    guard isNew else { throw scanner.error(.duplicate(variable.name)) }
    if !variable.isOutput { box.include(variable.index) }
  }

  /// `(declare-network NAME (declare-input NAME TYPE [SHAPE]) … (declare-output …) …)`
  private mutating func network(opened start: Int) throws(VNNLIBError) {
    guard tensors.isEmpty, inputs.count == 0, outputs.count == 0 else {
      throw scanner.error(.unsupported("a property of several networks"), at: start)
    }
    _ = try word("the name of a network")
    while true {
      let token = try scanner.next()
      if token == .close { break }
      guard token == .open else { throw unexpected(token, "a declaration in parentheses", start) }
      let opened = scanner.start
      let kind = try word("declare-input or declare-output")
      let isOutput = scanner.isWord(kind, "declare-output")
      guard isOutput || scanner.isWord(kind, "declare-input") else {
        throw scanner.error(.unsupported("'\(short(kind))' in a network"))
      }
      let name = scanner.text(try word("the name of a tensor"))
      guard tensors[name] == nil else { throw scanner.error(.duplicate(name)) }
      let sort = try word("an element type")
      guard Self.elementTypes.contains(scanner.text(sort).lowercased()) else {
        throw scanner.error(.unsupported("the element type '\(short(sort))'"))
      }
      let shape = try self.shape()
      let place = isOutput ? outputs.count : inputs.count
      let tensor = VNNLIBTensor(isOutput: isOutput, shape: shape, offset: place)
      for index in place..<place + shape.reduce(1, *) {
        try declare(VNNLIBVariable(isOutput: isOutput, index: index), at: opened)
      }
      tensors[name] = tensor
      try close(opened)
    }
  }

  private static let elementTypes: Set = [
    "real", "float16", "float32", "float64", "bfloat16", "float", "double",
  ]

  /// Sizes in brackets, in one word or several; `[]` is a scalar's.
  private mutating func shape() throws(VNNLIBError) -> [Int] {
    var text = scanner.text(try word("a shape in brackets"))
    while !text.hasSuffix("]") { text += scanner.text(try word("the end of a shape")) }
    guard let sizes = VNNLIBTensor.numbers(inBrackets: text[...]),
      sizes.allSatisfy({ $0 > 0 }),
      let count = sizes.reduce(
        1 as Int?,
        { product, size in
          product.flatMap { $0 <= limits.variables / size ? $0 * size : nil }
        }), count <= limits.variables
    else { throw scanner.error(.unsupported("the shape '\(text.prefix(40))'")) }
    return sizes
  }

  // MARK: Formulas

  /// Conjunctions fall apart, and inequalities of one input narrow the box at once.
  private mutating func keep(_ formula: VNNLIBFormula) {
    switch formula {
    case .and(let parts): for part in parts { keep(part) }
    case .atom(let place):
      if let term = atoms[place].onlyInput {
        box.restrict(term, constant: atoms[place].constant)
        if atoms[place].isStrict {
          // The box holds its border; the row leaves it out.
          formulas.append(formula)
        } else if place == atoms.count - 1 {
          atoms.removeLast()
        }
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
    if scanner.isWord(name, "not") {
      let inner = try formula(try scanner.next(), opened: start)
      try close(start)
      return try negation(of: inner, at: start)
    }
    let isImplication = scanner.isWord(name, "=>")
    if isImplication || scanner.isWord(name, "and") || scanner.isWord(name, "or") {
      var parts: [VNNLIBFormula] = []
      while true {
        let token = try scanner.next()
        if token == .close { break }
        parts.append(try formula(token, opened: start))
      }
      guard !parts.isEmpty else { throw scanner.error(.emptyList(scanner.text(name)), at: start) }
      if isImplication {
        guard parts.count > 1 else {
          throw scanner.error(.tooFewOperands(scanner.text(name)), at: start)
        }
        // A premise is false, or the conclusion, which is the last part, is true.
        for place in parts.indices.dropLast() {
          parts[place] = try negation(of: parts[place], at: start)
        }
      }
      if parts.count == 1 { return parts[0] }
      return scanner.isWord(name, "and") ? .and(parts) : .or(parts)
    }
    return try comparison(name, opened: start)
  }

  private mutating func negation(
    of formula: VNNLIBFormula, at start: Int
  ) throws(VNNLIBError) -> VNNLIBFormula {
    var negated: [VNNLIBFormula] = []
    switch formula {
    case .atom(let place): return try append(atoms[place].negation, at: start)
    case .and(let parts):
      for part in parts { negated.append(try negation(of: part, at: start)) }
      return .or(negated)
    case .or(let parts):
      for part in parts { negated.append(try negation(of: part, at: start)) }
      return .and(negated)
    }
  }

  private mutating func comparison(
    _ name: Range<Int>, opened start: Int
  ) throws(VNNLIBError) -> VNNLIBFormula {
    guard let relation = VNNLIBRelation(rawValue: scanner.text(name.prefix(8))) else {
      throw unexpected(.word(name), "and, or, not, =>, <=, >=, <, >, == or !=")
    }
    var left = try sum(try scanner.next(), opened: start)
    var parts: [VNNLIBFormula] = []
    while true {
      let token = try scanner.next()
      if token == .close { break }
      let right = try sum(token, opened: start)
      parts.append(try comparison(relation, left, right, at: start))
      left = right
    }
    guard !parts.isEmpty else {
      throw scanner.error(.tooFewOperands(scanner.text(name)), at: start)
    }
    guard parts.count == 1 || relation != .different && relation != .distinct else {
      throw scanner.error(.unsupported("'\(scanner.text(name))' of more than two"), at: start)
    }
    return parts.count == 1 ? parts[0] : .and(parts)
  }

  private mutating func comparison(
    _ relation: VNNLIBRelation, _ left: LinearSum, _ right: LinearSum, at start: Int
  ) throws(VNNLIBError) -> VNNLIBFormula {
    switch relation {
    case .atMost: try atom(left, atMost: right, at: start)
    case .atLeast: try atom(right, atMost: left, at: start)
    case .below: try atom(left, atMost: right, isStrict: true, at: start)
    case .above: try atom(right, atMost: left, isStrict: true, at: start)
    case .equal, .equalOfVersion2:
      .and([try atom(left, atMost: right, at: start), try atom(right, atMost: left, at: start)])
    case .different, .distinct:
      .or([
        try atom(left, atMost: right, isStrict: true, at: start),
        try atom(right, atMost: left, isStrict: true, at: start),
      ])
    }
  }

  private mutating func atom(
    _ left: LinearSum, atMost right: LinearSum, isStrict: Bool = false, at start: Int
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
    return try append(
      Atom(
        terms: sum.terms, constant: sum.lowestConstant, acceptedConstant: sum.highestConstant,
        isStrict: isStrict), at: start)
  }

  private mutating func append(_ atom: Atom, at start: Int) throws(VNNLIBError) -> VNNLIBFormula {
    guard atoms.count < limits.inequalities else {
      throw scanner.error(.tooMany("inequalities", limit: limits.inequalities), at: start)
    }
    atoms.append(atom)
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
        guard other.isConstant, other.error == 0, other.constant != 0 else {
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

  private mutating func leaf(_ range: Range<Int>) throws(VNNLIBError) -> LinearSum {
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
    return LinearSum(constant: number)
  }

  /// The element of a tensor that a word of version 2 names, such as `X[0,1]`.
  private mutating func element(_ range: Range<Int>) throws(VNNLIBError) -> VNNLIBVariable? {
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
    return VNNLIBVariable(isOutput: tensor.isOutput, index: index)
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
  /// What is satisfied exactly where this is not.
  var negation: VNNLIBParser.Atom {
    .init(
      terms: terms.map { LinearSum.Term(variable: $0.variable, coefficient: -$0.coefficient) },
      constant: -acceptedConstant, acceptedConstant: -constant, isStrict: !isStrict)
  }

  /// The term, if the inequality is about one input and nothing else.
  var onlyInput: LinearSum.Term? {
    terms.count == 1 && !terms[0].variable.isOutput ? terms[0] : nil
  }
}
