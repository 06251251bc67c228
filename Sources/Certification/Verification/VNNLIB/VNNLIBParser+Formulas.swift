/// Assertions: comparisons, joined by logical words.
extension VNNLIBParser {
  /// Conjunctions fall apart, and inequalities of one input tighten the box at once.
  mutating func keep(_ formula: VNNLIBFormula) {
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

  mutating func formula(
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

  mutating func negation(
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

  mutating func comparison(
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

  mutating func comparison(
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

  mutating func atom(
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
        terms: sum.terms, products: sum.products, constant: sum.lowestConstant,
        acceptedConstant: sum.highestConstant,
        isStrict: isStrict), at: start)
  }

  mutating func append(_ atom: Atom, at start: Int) throws(VNNLIBError) -> VNNLIBFormula {
    guard atoms.count < limits.inequalities else {
      throw scanner.error(.tooMany("inequalities", limit: limits.inequalities), at: start)
    }
    atoms.append(atom)
    return .atom(atoms.count - 1)
  }
}

extension VNNLIBParser.Atom {
  /// What is satisfied exactly where this is not.
  var negation: VNNLIBParser.Atom {
    .init(
      terms: terms.map { LinearSum.Term(variable: $0.variable, coefficient: -$0.coefficient) },
      products: products.map {
        LinearSum.Product(variables: $0.variables, coefficient: -$0.coefficient)
      },
      constant: -acceptedConstant, acceptedConstant: -constant, isStrict: !isStrict)
  }

  /// The term, if the inequality is about one input and nothing else.
  var onlyInput: LinearSum.Term? {
    terms.count == 1 && products.isEmpty && !terms[0].variable.isOutput ? terms[0] : nil
  }
}
