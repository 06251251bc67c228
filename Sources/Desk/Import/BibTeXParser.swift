/// Takes a bibliography apart, going through its bytes once.
///
/// What stands between entries is a comment, and so is what follows a `%` up to the end of the line,
/// outside of values.
struct BibTeXParser {
  /// One entry: where it starts, what its fields say, and what is wrong with it.
  struct Entry {
    let line: Int
    var fields: [String: String] = [:]
    var problems: [UnreadablePart] = []
    /// Whether the text or the next entry came before the end of this one.
    var isOpen = false
  }

  private let bytes: [UInt8]
  private var place = 0
  private var line = 1
  /// What `@string` defines.
  private var abbreviations = Self.months
  /// The abbreviation without a definition that was read last.
  private var undefined: String?

  private static let months = Dictionary(
    uniqueKeysWithValues: zip(
      ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"],
      [
        "January", "February", "March", "April", "May", "June", "July", "August", "September",
        "October", "November", "December",
      ]))

  init(_ text: String) {
    bytes = Array(text.utf8)
  }

  mutating func nextEntry() -> Entry? {
    while let byte = next() {
      if byte == UInt8(ascii: "%"), isFirstOfLine(place - 1) { skipLine() }
      guard byte == UInt8(ascii: "@") else { continue }
      var entry = Entry(line: line)
      let kind = word().lowercased()
      skipSpace()
      guard !kind.isEmpty, let open = peek(),
        open == UInt8(ascii: "{") || open == UInt8(ascii: "(")
      else { continue }
      let close = open == UInt8(ascii: "{") ? UInt8(ascii: "}") : UInt8(ascii: ")")
      switch kind {
      case "comment", "preamble":
        if open == UInt8(ascii: "{") { _ = braced() }
      case "string":
        _ = next()
        let name = name().lowercased()
        skipSpace()
        if next() == UInt8(ascii: "=") { abbreviations[name] = value(until: close) }
      default:
        _ = next()
        readFields(of: &entry, until: close)
        return entry
      }
    }
    return nil
  }

  private mutating func readFields(of entry: inout Entry, until close: UInt8) {
    skipKey(until: close)
    while true {
      skipSpace(separators: true)
      guard let byte = peek(), !startsEntry else { break }
      if byte == close {
        _ = next()
        checkEnd(of: &entry)
        return
      }
      let start = line
      let name = name().lowercased()
      skipSpace()
      guard !name.isEmpty, peek() == UInt8(ascii: "=") else {
        let rest = text { $0 == UInt8(ascii: ",") || $0 == close }.singleSpaced
        let part = (name.isEmpty ? rest : "\(name) \(rest)").prefix(40)
        entry.problems.append(UnreadablePart(line: start, reason: "no field: '\(part)'"))
        continue
      }
      _ = next()
      guard let value = value(until: close) else { break }
      if let unknown = undefined {
        let reason = "an abbreviation that nothing defines: '\(unknown.prefix(40))'"
        entry.problems.append(UnreadablePart(line: start, reason: reason))
        undefined = nil
      }
      if entry.fields[name] == nil { entry.fields[name] = value.singleSpaced }
    }
    entry.isOpen = true
  }

  /// Passes over the name of an entry, if it has one.
  private mutating func skipKey(until close: UInt8) {
    let (start, startLine) = (place, line)
    let key = text { $0 == UInt8(ascii: ",") || $0 == close }
    guard key.contains("=") else { return }
    (place, line) = (start, startLine)
    // The name may be there and only its comma missing.
    _ = name()
    skipSpace()
    if peek() == UInt8(ascii: "=") { (place, line) = (start, startLine) }
  }

  /// Says so if fields follow the end of an entry: one of its braces is too many.
  private mutating func checkEnd(of entry: inout Entry) {
    var ahead = self
    ahead.skipSpace()
    guard ahead.next() == UInt8(ascii: ",") else { return }
    let name = ahead.word()
    ahead.skipSpace()
    guard !name.isEmpty, ahead.peek() == UInt8(ascii: "=") else { return }
    entry.problems.append(
      UnreadablePart(line: line, reason: "a brace ends the entry before its field '\(name)'"))
  }

  /// A value in braces, in quotes or bare; pieces joined by `#` are one.
  private mutating func value(until close: UInt8) -> String? {
    var whole = ""
    while true {
      skipSpace()
      switch peek() {
      case UInt8(ascii: "{"):
        guard let piece = braced() else { return nil }
        whole += piece
      case UInt8(ascii: "\""):
        guard let piece = quoted() else { return nil }
        whole += piece
      case nil: return nil
      default:
        let bare = text {
          $0 == UInt8(ascii: ",") || $0 == close || $0 == UInt8(ascii: "#")
            || $0 == UInt8(ascii: "%") || $0 == UInt8(ascii: "\n")
        }.singleSpaced
        let meaning = abbreviations[bare.lowercased()]
        if meaning == nil, bare.first?.isLetter == true { undefined = bare }
        whole += meaning ?? bare
      }
      skipSpace()
      guard peek() == UInt8(ascii: "#") else { return whole }
      _ = next()
    }
  }

  private mutating func braced() -> String? {
    _ = next()
    var depth = 1
    let inner = text { byte in
      if byte == UInt8(ascii: "{") { depth += 1 }
      if byte == UInt8(ascii: "}") { depth -= 1 }
      return depth == 0
    }
    return startsEntry || next() == nil ? nil : inner
  }

  private mutating func quoted() -> String? {
    _ = next()
    var depth = 0
    let inner = text { byte in
      if byte == UInt8(ascii: "{") { depth += 1 }
      if byte == UInt8(ascii: "}") { depth -= 1 }
      return byte == UInt8(ascii: "\"") && depth <= 0
    }
    return startsEntry || next() == nil ? nil : inner
  }
}

extension BibTeXParser {
  private mutating func next() -> UInt8? {
    guard place < bytes.count else { return nil }
    defer { place += 1 }
    if bytes[place] == UInt8(ascii: "\n") { line += 1 }
    return bytes[place]
  }

  private func peek() -> UInt8? { place < bytes.count ? bytes[place] : nil }

  /// Passes over white space and comments, and over commas where they only separate.
  private mutating func skipSpace(separators: Bool = false) {
    while let byte = peek() {
      if byte == UInt8(ascii: "%") {
        skipLine()
      } else if byte <= UInt8(ascii: " ") || separators && byte == UInt8(ascii: ",") {
        _ = next()
      } else {
        return
      }
    }
  }

  private mutating func skipLine() {
    while let byte = peek(), byte != UInt8(ascii: "\n") { _ = next() }
  }

  /// A word of letters, digits and hyphens.
  private mutating func word() -> String {
    skipSpace()
    return text { !Self.isWordByte($0) }
  }

  /// What names a field or an abbreviation: any signs but those that have a meaning.
  private mutating func name() -> String {
    skipSpace()
    return text { $0 <= UInt8(ascii: " ") || #"{}(),=#"%'"#.utf8.contains($0) }
  }

  private static func isWordByte(_ byte: UInt8) -> Bool {
    UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 32
      || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte || byte == UInt8(ascii: "_")
      || byte == UInt8(ascii: "-")
  }

  /// Whether nothing but white space stands before a byte in its line.
  private func isFirstOfLine(_ index: Int) -> Bool {
    var before = index - 1
    while before >= 0, bytes[before] == UInt8(ascii: " ") || bytes[before] == UInt8(ascii: "\t") {
      before -= 1
    }
    return before < 0 || bytes[before] == UInt8(ascii: "\n") || bytes[before] == UInt8(ascii: "\r")
  }

  /// Whether the next entry begins here: then one before it has not ended.
  private var startsEntry: Bool {
    guard peek() == UInt8(ascii: "@"), isFirstOfLine(place) else { return false }
    let name = bytes[(place + 1)...].prefix { UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0 | 32 }
    let following = place + 1 + name.count
    return !name.isEmpty && following < bytes.count
      && (bytes[following] == UInt8(ascii: "{") || bytes[following] == UInt8(ascii: "("))
  }

  private mutating func text(until isEnd: (UInt8) -> Bool) -> String {
    let start = place
    while let byte = peek(), !isEnd(byte), !startsEntry { _ = next() }
    return String(decoding: bytes[start..<place], as: UTF8.self)
  }
}
