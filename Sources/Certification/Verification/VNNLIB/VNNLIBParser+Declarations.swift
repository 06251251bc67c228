/// Declarations of version 1.
extension VNNLIBParser {
  mutating func declaration(isFunction: Bool) throws(VNNLIBError) {
    let start = scanner.start
    guard networks.isEmpty else {
      throw scanner.error(.unsupported("a variable beside declare-network"), at: start)
    }
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

  mutating func declare(_ variable: VNNLIBVariable, at place: Int) throws(VNNLIBError) {
    guard variable.index < limits.variables else {
      throw scanner.error(.tooMany("variables of a kind", limit: limits.variables))
    }
    let isNew =
      variable.isOutput
      ? outputs.declare(variable.index, at: place) : inputs.declare(variable.index, at: place)
    guard isNew else { throw scanner.error(.duplicate(variable.name)) }
    if !variable.isOutput { box.include(variable.index) }
  }
}
