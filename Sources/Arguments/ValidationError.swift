/// A command line that parses but makes no sense; ends the process with exit code 64.
public struct ValidationError: ExitCoding, Hashable, CustomStringConvertible {
  public var message: String
  public init(_ message: String) { self.message = message }

  public var description: String { message }
  public var exitCode: ExitCode { .usage }
}

/// An early end that is no failure; ends the process with exit code 0.
public enum CleanExit: Error {
  /// Prints the help of a command.
  case helpRequest(any ParsableCommand.Type)
  /// Prints a message.
  case message(String)
}
