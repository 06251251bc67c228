/// What is left to do when a command has ended: a text to print, and an exit code.
struct CommandOutcome: Sendable, Hashable {
  /// For standard output on success, for standard error otherwise; empty if there is none.
  var text: String
  var exitCode: ExitCode

  static let success = CommandOutcome(text: "", exitCode: .success)

  init(text: String, exitCode: ExitCode) { (self.text, self.exitCode) = (text, exitCode) }

  /// Says what `error` means for a command; `path` leads from the root to it.
  ///
  /// A failure is one line, whatever its description holds. One that concerns the command line
  /// ends with a pointer to the command's help.
  init(_ error: any Error, path: [any ParsableCommand.Type]) {
    switch error {
    case let failure as CommandFailure:
      self.init(failure.underlying, path: failure.path)
    case CleanExit.helpRequest(let type):
      let end = path.firstIndex { $0 == type } ?? path.endIndex - 1
      self.init(text: HelpGenerator(path: Array(path[...end])).help, exitCode: .success)
    case CleanExit.message(let message):
      self.init(text: message, exitCode: .success)
    case let code as ExitCode:
      self.init(text: "", exitCode: code)
    default:
      let code =
        (error as? any ExitCoding)?.exitCode
        ?? (error is CancellationError ? .interrupted : .internal)
      let message = error is CancellationError ? "Interrupted." : "\(error)"
      let line = message.split(whereSeparator: \.isNewline).joined(separator: " ").withoutControls
      let name = path.map { $0.name }.joined(separator: " ")
      let hint = code == .usage ? " See '\(name) --help'." : ""
      self.init(text: "Error: \(line)\(hint)", exitCode: code)
    }
  }
}

extension String {
  /// This text, unable to command a terminal: names in messages may come from a stranger's file.
  fileprivate var withoutControls: String {
    String(
      UnicodeScalarView(
        unicodeScalars.map { scalar in
          [.control, .format].contains(scalar.properties.generalCategory) ? "?" : scalar
        }))
  }
}
