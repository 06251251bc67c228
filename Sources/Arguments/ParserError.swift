import Spelling

/// Why a command line does not parse: facts only, the prose is in `description`.
enum ParserError: Error, Hashable {
  case unknownCommand(String, known: [String])
  case unknownOption(String, known: [String])
  case missingValue(option: String, valueName: String)
  case unexpectedValue(flag: String, value: String)
  case invalidValue(String, of: String, allowed: [String])
  case missingArgument(String)
  case missingCommand(known: [String])
  case unexpectedArgument(String)
}

extension ParserError: ExitCoding, CustomStringConvertible {
  var exitCode: ExitCode { .usage }

  var description: String {
    switch self {
    case .unknownCommand(let name, let known):
      "Unknown command '\(name)'.\(Self.hint(name, among: known))"
    case .unknownOption(let name, let known):
      "Unknown option '\(name)'.\(Self.hint(name, among: known))"
    case .missingValue(let option, let valueName):
      "Option '\(option)' needs a value, as in '\(option) <\(valueName)>'."
    case .unexpectedValue(let flag, let value):
      "Flag '\(flag)' takes no value, but was given '\(value)'."
    case .invalidValue(let value, let name, let allowed) where allowed.isEmpty:
      "The value '\(value)' is not valid for '\(name)'."
    case .invalidValue(let value, let name, let allowed):
      "The value '\(value)' is not valid for '\(name)'."
        + (Self.hint(value, among: allowed).isEmpty
          ? " It may be: \(allowed.joined(separator: ", "))." : Self.hint(value, among: allowed))
    case .missingArgument(let name): "Missing '\(name)'."
    case .missingCommand(let known): "Missing a command, one of: \(known.joined(separator: ", "))."
    case .unexpectedArgument(let word): "Unexpected argument '\(word)'."
    }
  }

  private static func hint(_ word: String, among known: [String]) -> String {
    word.nearest(among: known).map { " Did you mean '\($0)'?" } ?? ""
  }
}
