/// Fills the slots of one command from the words that follow its name.
struct ArgumentParser {
  private let slots: [(slot: any ArgumentSlot, definition: SlotDefinition)]
  private var positionals: [String] = []

  init(_ arguments: any ParsableArguments) { slots = arguments.slots }

  /// - Throws: `ParserError` that names the first word that does not fit.
  mutating func parse(_ words: [String]) throws(ParserError) {
    var rest = words[...]
    while let word = rest.popFirst() {
      if word == "--" {
        positionals += rest
        break
      } else if isPositional(word) {
        positionals.append(word)
      } else {
        try parseNamed(word, rest: &rest)
      }
    }
    try fillPositionals()
    for (slot, definition) in slots where !slot.isFilled {
      throw .missingArgument(definition.displayName)
    }
  }

  /// Whether `word` is no option: it has no dash, is a dash alone, or is a negative number.
  private func isPositional(_ word: String) -> Bool {
    !word.hasPrefix("-") || word == "-" || (Double(word) != nil && slot(named: word) == nil)
  }

  private func slot(named name: String) -> (slot: any ArgumentSlot, definition: SlotDefinition)? {
    slots.first { $0.definition.allNames.contains(name) }
  }

  private func parseNamed(_ word: String, rest: inout ArraySlice<String>) throws(ParserError) {
    let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let name = String(parts[0])
    let attached = parts.count > 1 ? String(parts[1]) : nil
    guard let (slot, definition) = slot(named: name) else {
      if try parseFlagCluster(word) { return }
      let known = slots.flatMap(\.definition.allNames) + ["--help"]
      throw .unknownOption(name, known: known)
    }
    if case .flag(let inverted) = definition.kind {
      if let attached { throw .unexpectedValue(flag: name, value: attached) }
      try accept(inverted.contains(name) ? "false" : "true", slot, named: name, definition)
    } else if let attached {
      try accept(attached, slot, named: name, definition)
    } else if let value = rest.first, isPositional(value) {
      rest.removeFirst()
      try accept(value, slot, named: name, definition)
    } else {
      throw .missingValue(option: name, valueName: definition.valueName)
    }
  }

  /// Parses `-abc` as `-a -b -c` if all three are flags; returns whether it did.
  private func parseFlagCluster(_ word: String) throws(ParserError) -> Bool {
    guard !word.hasPrefix("--"), word.count > 2 else { return false }
    var flags: [(slot: any ArgumentSlot, definition: SlotDefinition)] = []
    for letter in word.dropFirst() {
      guard let found = slot(named: "-\(letter)"), case .flag = found.definition.kind else {
        return false
      }
      flags.append(found)
    }
    for (slot, definition) in flags { try accept("true", slot, named: word, definition) }
    return true
  }

  private func fillPositionals() throws(ParserError) {
    var rest = positionals[...]
    for (slot, definition) in slots where definition.kind == .positional {
      repeat {
        guard let word = rest.popFirst() else { break }
        try accept(word, slot, named: definition.displayName, definition)
      } while definition.arity == .many
    }
    if let word = rest.first { throw .unexpectedArgument(word) }
  }

  private func accept(
    _ word: String, _ slot: any ArgumentSlot, named name: String, _ definition: SlotDefinition
  ) throws(ParserError) {
    do throws(UnfitWord) {
      try slot.accept(word)
    } catch {
      throw .invalidValue(word, of: name, allowed: definition.allValues)
    }
  }
}
