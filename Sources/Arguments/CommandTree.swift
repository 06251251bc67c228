import Spelling

/// A failure together with the command it concerns, so that a message can point to that help.
struct CommandFailure: Error {
  var underlying: any Error
  /// From the root to the command that failed.
  var path: [any ParsableCommand.Type]
}

/// Finds the command that a command line names, and makes it.
struct CommandTree {
  let root: any ParsableCommand.Type

  /// Returns the command that `words` name, parsed and validated, and the path that leads to it.
  ///
  /// - Throws: `CommandFailure` with a `ParserError`, a `CleanExit`, or what `validate()` threw.
  func parse(
    _ words: [String]
  ) throws(CommandFailure) -> (command: any ParsableCommand, path: [any ParsableCommand.Type]) {
    var path = [root]
    do {
      let rest = try descend(words[...], &path)
      try answerBuiltIns(rest, path)
      let type = path[path.count - 1]
      let command = type.init()
      var parser = ArgumentParser(command)
      try parser.parse(Array(rest))
      try command.validateAll()
      return (command, path)
    } catch {
      throw CommandFailure(underlying: error, path: path)
    }
  }

  /// Follows the names of commands as far as they go; returns the words that are left.
  private func descend(
    _ words: ArraySlice<String>, _ path: inout [any ParsableCommand.Type]
  ) throws -> ArraySlice<String> {
    var rest = words
    while true {
      let configuration = path[path.count - 1].configuration
      guard !configuration.subcommands.isEmpty else { return rest }
      let names = configuration.subcommands.map { $0.name }
      let word = rest.first
      if let word, let index = names.firstIndex(of: word) {
        path.append(configuration.subcommands[index])
        rest.removeFirst()
      } else if word == "help" {
        _ = try descendForHelp(rest.dropFirst(), &path)
        throw CleanExit.helpRequest(path[path.count - 1])
      } else if let fallback = configuration.defaultSubcommand {
        try answerBuiltIns(rest.prefix(1), path)
        if let word, !word.hasPrefix("-"), let meant = word.nearest(among: names) {
          throw ParserError.unknownCommand(word, known: [meant])
        }
        path.append(fallback)
      } else {
        try answerBuiltIns(rest, path)
        if let word, word.hasPrefix("-") {
          throw ParserError.unknownOption(word, known: ["--help", "--version"])
        }
        guard let word else { throw ParserError.missingCommand(known: names) }
        throw ParserError.unknownCommand(word, known: names)
      }
    }
  }

  /// Follows the names after `help`; a name that is no command is an error.
  private func descendForHelp(
    _ words: ArraySlice<String>, _ path: inout [any ParsableCommand.Type]
  ) throws {
    for word in words {
      let subcommands = path[path.count - 1].configuration.subcommands
      guard let next = subcommands.first(where: { $0.name == word }) else {
        throw ParserError.unknownCommand(word, known: subcommands.map { $0.name })
      }
      path.append(next)
    }
  }

  /// Throws a `CleanExit` if `words` ask for help or for the version.
  private func answerBuiltIns(
    _ words: ArraySlice<String>, _ path: [any ParsableCommand.Type]
  ) throws {
    let type = path[path.count - 1]
    let own = Set(type.init().slots.flatMap(\.definition.allNames))
    let asked = words.prefix { $0 != "--" }.filter { !own.contains($0) }
    if asked.contains("--help") || asked.contains("-h") { throw CleanExit.helpRequest(type) }
    let version = path.last { !$0.configuration.version.isEmpty }?.configuration.version
    if let version, asked.contains("--version") { throw CleanExit.message(version) }
  }
}
