/// Writes the help of one command.
struct HelpGenerator {
  /// From the root to the command.
  let path: [any ParsableCommand.Type]
  /// The widest line, in characters.
  var columns = 80
  private let labelWidth = 26

  private var type: any ParsableCommand.Type { path[path.count - 1] }
  private var configuration: CommandConfiguration { type.configuration }
  private var pathName: String { path.map { $0.name }.joined(separator: " ") }

  /// The whole help text, without a newline at its end.
  var help: String {
    let definitions = type.init().slots.map(\.definition)
    var parts: [String] = []
    if !configuration.abstract.isEmpty { parts.append("OVERVIEW: \(configuration.abstract)") }
    if !configuration.discussion.isEmpty { parts.append(configuration.discussion) }
    parts.append("USAGE: " + usageWords.filled(to: columns - 7).joined(separator: "\n       "))
    parts.append(section("ARGUMENTS", definitions.filter { $0.kind == .positional }.map(row)))
    let builtIns = [
      path.contains { !$0.configuration.version.isEmpty }
        ? (label: "--version", text: "Show the version.") : nil,
      (label: "-h, --help", text: "Show help information."),
    ].compactMap { $0 }
    parts.append(
      section("OPTIONS", definitions.filter { $0.kind != .positional }.map(row) + builtIns))
    let commands = configuration.subcommands.map { command in
      let isDefault = configuration.defaultSubcommand.map { $0 == command } ?? false
      return (
        label: command.name + (isDefault ? " (default)" : ""), text: command.configuration.abstract
      )
    }
    parts.append(section("SUBCOMMANDS", commands))
    if !commands.isEmpty {
      parts.append("  See '\(path[0].name) help <subcommand>' for detailed help.")
    }
    return parts.filter { !$0.isEmpty }.joined(separator: "\n\n")
  }

  /// How the command is called, in pieces that no line break should part.
  private var usageWords: [String] {
    var words = [pathName]
    let definitions = type.init().slots.map(\.definition)
    for definition in definitions where definition.kind == .positional {
      let name = "<\(definition.valueName)>" + (definition.arity == .many ? " ..." : "")
      words.append(definition.isRequired ? name : "[\(name)]")
    }
    for definition in definitions where definition.kind != .positional {
      let value = definition.kind == .option ? " <\(definition.valueName)>" : ""
      let name = definition.displayName + value + (definition.arity == .many ? " ..." : "")
      words.append(definition.isRequired ? name : "[\(name)]")
    }
    if !configuration.subcommands.isEmpty { words.append("<subcommand>") }
    return words
  }

  private func row(_ definition: SlotDefinition) -> (label: String, text: String) {
    var label = definition.displayName
    switch definition.kind {
    case .positional: break
    case .option: label = definition.names.joined(separator: ", ") + " <\(definition.valueName)>"
    case .flag(let inverted):
      let spellings = [definition.names, inverted].filter { !$0.isEmpty }
      label = spellings.map { $0.joined(separator: ", ") }.joined(separator: "/")
    }
    var text = [definition.help.abstract]
    if !definition.allValues.isEmpty {
      text.append("(values: \(definition.allValues.joined(separator: ", ")))")
    }
    if let value = definition.defaultDescription { text.append("(default: \(value))") }
    text.append(definition.help.discussion)
    return (label, text.filter { !$0.isEmpty }.joined(separator: " "))
  }

  private func section(_ title: String, _ rows: [(label: String, text: String)]) -> String {
    guard !rows.isEmpty else { return "" }
    let indent = String(repeating: " ", count: labelWidth)
    let lines = rows.map { label, text in
      let wrapped = text.wrapped(to: max(20, columns - labelWidth))
      let head = "  \(label)"
      if wrapped.isEmpty { return head }
      let padded =
        head.count < labelWidth
        ? head + String(repeating: " ", count: labelWidth - head.count) : head + "\n" + indent
      return padded + wrapped.joined(separator: "\n" + indent)
    }
    return "\(title):\n" + lines.joined(separator: "\n")
  }
}

extension String {
  /// The words of this text in lines of at most `columns` characters, longer words on their own.
  func wrapped(to columns: Int) -> [String] {
    split(whereSeparator: \.isWhitespace).map(String.init).filled(to: columns)
  }
}

extension [String] {
  /// These pieces, with a space between two, in lines of at most `columns` characters.
  func filled(to columns: Int) -> [String] {
    var lines: [String] = []
    for piece in self {
      if let last = lines.last, last.count + 1 + piece.count <= columns {
        lines[lines.count - 1] = last + " " + piece
      } else {
        lines.append(piece)
      }
    }
    return lines
  }
}
