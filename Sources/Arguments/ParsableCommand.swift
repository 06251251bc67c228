/// A command: its wrapped properties are its arguments, `run()` is what it does.
public protocol ParsableCommand: ParsableArguments {
  static var configuration: CommandConfiguration { get }
  /// Does the work; by default shows help.
  ///
  /// - Throws: `ExitCode` to end quietly, an `ExitCoding` error to choose the exit code, anything
  ///   else to end with 70.
  mutating func run() throws
}

extension ParsableCommand {
  public static var configuration: CommandConfiguration { CommandConfiguration() }

  public mutating func run() throws { throw CleanExit.helpRequest(Self.self) }

  /// The word that names this command.
  static var name: String { configuration.commandName ?? "\(Self.self)".kebabCased }
}
