import Foundation

/// Reads text with LaTeX in it, once from the front to the back.
struct LaTeXText {
  private let characters: [Character]
  private var place = 0

  init(_ raw: String) {
    characters = Array(raw)
  }

  mutating func readable() -> String {
    var text = ""
    while let character = next() { append(character, to: &text) }
    return text
  }

  private mutating func next() -> Character? {
    guard place < characters.count else { return nil }
    defer { place += 1 }
    return characters[place]
  }

  private func peek(_ distance: Int = 0) -> Character? {
    place + distance < characters.count ? characters[place + distance] : nil
  }

  private mutating func append(_ character: Character, to text: inout String) {
    switch character {
    case "\\": text += command()
    case "$" where isMoney: text.append("$")
    case "$": break
    case "~" where isTie: text.append(" ")
    case "`" where peek() == "`":
      place += 1
      text.append("“")
    case "'" where peek() == "'":
      place += 1
      text.append("”")
    case "-" where peek() == "-" && peek(1) == "-":
      place += 2
      text.append("—")
    case "-" where peek() == "-" && text.last == " " && peek(1) == " ":
      place += 1
      text.append("–")
    case "^", "_": text += script(character)
    case "{", "}": break
    default: text.append(character)
    }
  }

  /// Whether a dollar sign that was just read is a price: a digit follows, and no other dollar sign
  /// closes it as a formula.
  private var isMoney: Bool {
    guard let following = peek(), following.isNumber else { return false }
    return !characters[place...].prefix(40).contains("$")
  }

  /// Whether a tilde that was just read ties two words, rather than meaning "about".
  private var isTie: Bool {
    guard place >= 2, let following = peek() else { return false }
    return !characters[place - 2].isWhitespace && !following.isWhitespace
  }

  /// What a command stands for; the backslash was read.
  private mutating func command() -> String {
    guard let first = next() else { return "\\" }
    if let accent = LaTeXSymbols.accents[first], let text = accented(by: accent) { return text }
    guard first.isLetter, first.isASCII else {
      switch first {
      case "(", ")", "[", "]": return ""
      case ",", ";", ":", " ", "!": return first == "!" ? "" : " "
      case "\\": return " "
      default: return String(first)
      }
    }
    let name = String(first) + commandName()
    if let accent = LaTeXSymbols.letterAccents[name], let text = accented(by: accent) {
      return text
    }
    if let letter = LaTeXSymbols.letters[name] {
      while peek() == " " { place += 1 }
      return letter
    }
    if let symbol = LaTeXSymbols.names[name] {
      skipSpaceAfterCommand()
      return symbol
    }
    if LaTeXSymbols.styles.contains(name) {
      skipSpaceAfterCommand()
      return ""
    }
    return "\\" + name
  }

  /// The letters that follow, which name a command.
  private mutating func commandName() -> String {
    let start = place
    while let letter = peek(), letter.isLetter, letter.isASCII { place += 1 }
    return String(characters[start..<place])
  }

  /// A space after a command's name only ends the name, inside of braces and formulas at least.
  private mutating func skipSpaceAfterCommand() {
    if peek() == " ", let after = peek(1), "{$}".contains(after) { place += 1 }
  }

  /// The letter that follows, with or without braces, under an accent; other letters in the braces
  /// stay as they are. Nothing is read if no letter follows.
  private mutating func accented(by accent: Unicode.Scalar) -> String? {
    let start = place
    // The name of a sign ends by itself.
    if characters[place - 1].isLetter { while peek() == " " { place += 1 } }
    var under = ""
    if peek() == "{", let end = matchingBrace() {
      var inner = LaTeXText(String(characters[(place + 1)..<end]))
      under = inner.readable()
      place = end + 1
    } else if peek() == "\\" {
      place += 1
      under = LaTeXSymbols.letters[commandName()] ?? ""
      while peek() == " " { place += 1 }
    } else if let letter = next() {
      under = String(letter)
    }
    guard let letter = under.first, letter.isLetter else {
      place = start
      return nil
    }
    return (String(letter) + String(accent)).precomposedStringWithCanonicalMapping
      + under.dropFirst()
  }

  /// A superscript or subscript; its sign was read.
  private mutating func script(_ sign: Character) -> String {
    guard let content = scriptContent() else { return String(sign) }
    if let known = LaTeXSymbols.bareScripts[content] { return String(sign) + known }
    let raised = content.compactMap { LaTeXSymbols.superscripts[$0] }
    if sign == "^", raised.count == content.count { return String(raised) }
    let lowered = content.compactMap { LaTeXSymbols.subscripts[$0] }
    if sign == "_", lowered.count == content.count { return String(lowered) }
    let isShort = content.count == 1 || content.allSatisfy { $0.isLetter || $0.isNumber }
    return isShort ? "\(sign)\(content)" : "\(sign)(\(content))"
  }

  /// What stands in braces after a script's sign, or nothing if none follow: a name with an
  /// underscore is no formula.
  private mutating func scriptContent() -> String? {
    guard peek() == "{" else {
      guard peek() == "\\" else {
        guard let digit = peek(), digit.isNumber, !(peek(1)?.isLetter ?? false),
          !(peek(1)?.isNumber ?? false), place >= 2, !characters[place - 2].isNumber,
          characters[place - 1] == "^"
        else { return nil }
        return String(next()!)
      }
      place += 1
      return command()
    }
    guard let end = matchingBrace() else { return nil }
    var inner = LaTeXText(String(characters[(place + 1)..<end]))
    place = end + 1
    let content = inner.readable()
    // Pages lose backslashes: "R^{ntimes d}" was "R^{n\times d}".
    return content.replacing(/([a-zA-Z0-9])times\s+([a-zA-Z0-9])/) {
      "\($0.output.1)×\($0.output.2)"
    }
  }

  private func matchingBrace() -> Int? {
    var depth = 0
    for index in place..<min(characters.count, place + 200) {
      if characters[index] == "{" { depth += 1 }
      if characters[index] == "}" { depth -= 1 }
      if depth == 0 { return index }
    }
    return nil
  }
}
