/// The names in a field of authors, as BibTeX takes them apart.
///
/// Outside of braces, names are joined by "and" in any case; a name is written `First von Last`,
/// `von Last, First` or `von Last, Jr, First`; a name in braces is that of a group. The last of them
/// may be "others".
struct BibTeXNames {
  private(set) var names: [String] = []
  /// Whether the field ends in "others".
  private(set) var hasMore = false
  /// What is wrong with the field, if it is not written so.
  private(set) var problem: String?

  init(_ field: String) {
    for raw in Self.pieces(of: field) {
      let parts = Self.split(raw, at: ",").map(\.singleSpaced).filter { !$0.isEmpty }
      if parts.isEmpty { continue }
      if ["others", "et al", "et al."].contains(raw.lowercased()) {
        hasMore = true
      } else if let pairs = Self.pairs(parts) {
        names.append(Self.readable(pairs))
      } else if parts.count > 3 || parts.count == 3 && !Self.isSuffix(parts[1]) {
        problem = "names that are joined by commas instead of 'and': '\(raw.prefix(40))'"
        names += parts.map { Self.readable([$0]) }
      } else if parts.count == 2, Self.isSuffix(parts[1]) {
        names.append(Self.readable(parts))
      } else {
        // The last part is the first name.
        names.append(Self.readable([parts[parts.count - 1]] + parts.dropLast()))
      }
    }
    names.removeAll(where: \.isEmpty)
  }

  /// The names in their forms; semicolons join names too, where people have not heard of "and".
  private static func pieces(of field: String) -> [String] {
    let joined = words(of: field)
    guard joined.count == 1, field.contains(";") else { return joined }
    let entities = field.contains(/&#?\w+;/)
    return entities ? joined : split(joined[0], at: ";").map(\.singleSpaced)
  }

  /// The field, split at each word "and" outside of braces.
  private static func words(of field: String) -> [String] {
    var names: [[Substring]] = [[]]
    var depth = 0
    for word in field.split(whereSeparator: \.isWhitespace) {
      if depth <= 0, word.lowercased() == "and" {
        names.append([])
      } else {
        names[names.count - 1].append(word)
      }
      depth += change(of: word)
    }
    return names.map { $0.joined(separator: " ") }.filter { !$0.isEmpty }
  }

  /// How many more braces a text opens than it closes.
  private static func change(of text: Substring) -> Int {
    text.utf8.reduce(0) { $0 + ($1 == 123 ? 1 : $1 == 125 ? -1 : 0) }
  }

  private static func split(_ text: String, at separator: Character) -> [String] {
    var parts = [""]
    var depth = 0
    for character in text {
      if character == "{" { depth += 1 }
      if character == "}" { depth -= 1 }
      if character == separator, depth <= 0 {
        parts.append("")
      } else {
        parts[parts.count - 1].append(character)
      }
    }
    return parts
  }

  /// Whether a part of a name stands behind the last name.
  private static func isSuffix(_ part: String) -> Bool {
    part.wholeMatch(
      of: /(?i)\{?(?:jr|sr|junior|senior|i{1,3}|iv|vi{0,3}|ph\.?\s?d|m\.?d|esq)\.?\}?/)
      != nil
  }

  /// A name as biblatex writes it in full, `given=Hans, family=Harman, prefix=de`, in order of
  /// reading.
  private static func pairs(_ parts: [String]) -> [String]? {
    guard parts[0].contains("=") else { return nil }
    var known: [String: String] = [:]
    for part in parts {
      guard let match = part.wholeMatch(of: /"?([a-z-]+)\s*=\s*(.*?)"?/) else { return nil }
      known[String(match.output.1)] = String(match.output.2)
    }
    guard known["family"] != nil || known["given"] != nil else { return nil }
    return ["given", "prefix", "family", "suffix"].compactMap { known[$0] }
  }

  private static func readable(_ parts: [String]) -> String {
    ReadableText(parts.joined(separator: " ")).text.singleSpaced
  }
}
