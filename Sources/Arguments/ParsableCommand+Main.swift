import Foundation

extension ParsableCommand {
  /// Parses the words after this command's name as this command, which has no commands below it.
  ///
  /// - Throws: An error that `exitCode(for:)` and `fullMessage(for:)` explain.
  public static func parse(_ arguments: [String]) throws -> Self {
    let command = try parseAsRoot(arguments)
    guard let command = command as? Self else {
      throw ValidationError("'\(name)' was expected, but another command was named.")
    }
    return command
  }

  /// Parses the words after this command's name as this command or one below it.
  ///
  /// - Throws: An error that `exitCode(for:)` and `fullMessage(for:)` explain.
  public static func parseAsRoot(_ arguments: [String]) throws -> any ParsableCommand {
    try CommandTree(root: self).parse(arguments).command
  }

  /// Parses, runs, prints what is to be said, and ends the process.
  ///
  /// An error is one line on standard error; the exit code is the one the error chooses
  /// (`ExitCoding`), 64 for a wrong command line, and 70 for any other error.
  ///
  /// - Parameter end: ends the process with a code, once everything is said.
  public static func main(
    _ arguments: [String]? = nil, ending end: (Int32) -> Never = { Foundation.exit($0) }
  ) -> Never {
    let outcome = outcome(of: arguments ?? Array(CommandLine.arguments.dropFirst()))
    if !outcome.text.isEmpty {
      let stream = outcome.exitCode.isSuccess ? FileHandle.standardOutput : .standardError
      try? stream.write(contentsOf: Data((outcome.text + "\n").utf8))
    }
    end(outcome.exitCode.rawValue)
  }

  /// The exit code that `error`, thrown by `parse` or `run`, stands for.
  public static func exitCode(for error: any Error) -> ExitCode {
    CommandOutcome(error, path: [self]).exitCode
  }

  /// The text that `main` would print for `error`; empty if there is none.
  public static func fullMessage(for error: any Error) -> String {
    CommandOutcome(error, path: [self]).text
  }

  /// The text of `--help`.
  public static func helpMessage(columns: Int = 80) -> String {
    HelpGenerator(path: [self], columns: columns).help
  }

  /// Parses and runs, and returns what `main` prints and ends with.
  static func outcome(of arguments: [String]) -> CommandOutcome {
    var path: [any ParsableCommand.Type] = [self]
    do {
      var (command, found) = try CommandTree(root: self).parse(arguments)
      path = found
      try command.run()
      return .success
    } catch {
      return CommandOutcome(error, path: path)
    }
  }
}
