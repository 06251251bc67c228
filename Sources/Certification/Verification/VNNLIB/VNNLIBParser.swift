/// Reads the commands of a property: declarations, and what is asserted of the variables.
///
/// An assertion about one input alone tightens the box; everything else is kept as a formula.
struct VNNLIBParser {
  /// `terms + products + constant ≤ 0`, or `< 0` if it is strict.
  struct Atom {
    let terms: [LinearSum.Term]
    var products: [LinearSum.Product] = []
    /// Lowered by what rounding may have added, so that nothing that was meant is excluded.
    let constant: Double
    /// Raised by what rounding may have taken, so that nothing else is accepted.
    let acceptedConstant: Double
    let isStrict: Bool
  }

  var scanner: VNNLIBScanner
  let limits: VNNLIBLimits
  var atoms: [Atom] = []
  var formulas: [VNNLIBFormula] = []
  var box = VNNLIBBox()
  /// Where each input and each output is declared.
  var inputs = VNNLIBDeclarations(letter: "X")
  var outputs = VNNLIBDeclarations(letter: "Y")
  /// The networks of version 2.
  var networks: [VNNLIBNetwork] = []
  /// The tensors of version 2, by name.
  var tensors: [String: VNNLIBTensor] = [:]
  var depth = 0
  var hasAssertion = false

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
    if networks.count > 1 { dropUnusedNetworks() }
  }

  mutating func word(_ expected: String) throws(VNNLIBError) -> Range<Int> {
    let token = try scanner.next()
    guard case .word(let range) = token else { throw unexpected(token, expected) }
    return range
  }

  mutating func close(_ opened: Int) throws(VNNLIBError) {
    let token = try scanner.next()
    guard token == .close else { throw unexpected(token, "a closing parenthesis", opened) }
  }

  mutating func enter() throws(VNNLIBError) {
    depth += 1
    guard depth <= limits.depth else {
      throw scanner.error(.tooMany("parentheses within each other", limit: limits.depth))
    }
  }

  func unexpected(
    _ token: VNNLIBScanner.Token, _ expected: String, _ opened: Int? = nil
  ) -> VNNLIBError {
    switch token {
    case .open: scanner.error(.unexpected(found: "(", expected: expected))
    case .close: scanner.error(.unexpected(found: ")", expected: expected))
    case .word(let range): scanner.error(.unexpected(found: short(range), expected: expected))
    case .end: scanner.error(.unclosed, at: opened)
    }
  }

  func short(_ range: Range<Int>) -> String {
    range.count <= 40 ? scanner.text(range) : scanner.text(range.prefix(40)) + "…"
  }
}
