extension CommandLine {
  /// The command line that does the same again, for a shell in the same folder.
  static var reproducing: String {
    (["./assay"] + arguments.dropFirst().map(\.shellQuoted)).joined(separator: " ")
  }
}

extension String {
  /// This word as a shell takes it.
  fileprivate var shellQuoted: String {
    let isPlain = allSatisfy { $0.isLetter || $0.isNumber || "-_./=,:@%+".contains($0) }
    return isPlain && !isEmpty ? self : "'" + replacing("'", with: "'\\''") + "'"
  }
}
