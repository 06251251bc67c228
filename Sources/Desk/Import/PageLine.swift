import Foundation

/// A line of a page, and what it can be by its look.
struct PageLine: Sendable, Hashable {
  /// The line's text with single spaces.
  private(set) var text: String
  /// The line of the file, counted from 1.
  let number: Int
  /// Whether nothing but an empty line stands before it.
  var followsGap: Bool
  /// Whether the page marks it as a heading, where it marks any.
  var isHeading = false
  /// What the line links to.
  var links: [String] = []

  init(_ text: some StringProtocol, number: Int, followsGap: Bool) {
    self.text = text.singleSpaced
    (self.number, self.followsGap) = (number, followsGap)
  }

  /// The line without furniture that is glued to it.
  var withoutFurniture: PageLine {
    var line = self
    line.text = GluedFurniture.cut(from: text)
    return line
  }

  /// The most lines that a page may have, for some hundred thousand papers.
  static let most = 500_000

  /// - Throws: `ImportError.malformed` if a page has more lines than it may.
  static func check(count: Int, source: String) throws(ImportError) {
    guard count <= most else {
      throw .malformed(source: source, reason: "more than \(most) lines are no page of papers")
    }
  }

  /// Whether this is a paragraph, rather than a title or a name.
  var isBody: Bool {
    if isHeading { return false }
    let count = text.count
    if count >= 400 { return true }
    let endsSentence = text.last.map { ".!?…\"”)".contains($0) } ?? false
    if count >= 200 {
      return endsSentence || hasPause && text.contains(/[a-z0-9)\]"”][.!?…] +[A-Z(“"]/)
    }
    return count >= 80 && (text.last == "." || text.last == "…") && !isAuthorList
  }

  /// Whether a space follows what may be the end of a sentence; the bytes tell so sooner than an
  /// expression does.
  private var hasPause: Bool {
    let bytes = text.utf8
    return zip(bytes, bytes.dropFirst()).contains { first, second in
      // The last is that of an ellipsis.
      second == 0x20 && (first == 0x2E || first == 0x21 || first == 0x3F || first == 0xA6)
    }
  }

  /// Whether the line is a sentence that ends a paragraph above, not a title.
  var isTrailingSentence: Bool {
    !isHeading && text.count >= 20 && text.last == "."
      || text.contains(/https?:\/\//) && text.contains(" ")
  }

  /// The names in a line of authors' names, if it is one.
  var authorNames: [String]? {
    var line = text
    if let match = line.prefixMatch(of: /(?i)(authors?\s*:|by\s+)\s*/) {
      line = String(line[match.range.upperBound...])
    } else if !isAuthorList {
      return nil
    }
    let names = line.replacing(/,?\s+and\s+|\s+&\s+|\s*[;·•]\s*/, with: ", ").split(separator: ",")
      .map(\.singleSpaced).filter { !$0.isEmpty }
    let isCut = names.last.map { $0.lowercased().hasPrefix("et al") } ?? false
    return names.isEmpty ? nil : (isCut ? names.dropLast() : names[...]).map(\.self)
  }

  /// Whether the line is names with commas between them, each of two to five words that begin with
  /// capitals.
  private var isAuthorList: Bool {
    guard text.last != ".", text.last != "?", text.contains(",") || text.contains(" and ") else {
      return false
    }
    let parts = text.replacing(/,?\s+and\s+/, with: ", ").split(separator: ",").map(\.singleSpaced)
    guard parts.count >= 2 else { return false }
    return parts.allSatisfy { part in
      if part.isEmpty || part.lowercased() == "et al." || part == "..." { return true }
      let words = part.split(separator: " ")
      let particles: Set<Substring> = [
        "de", "van", "von", "der", "den", "da", "di", "del", "la", "le", "bin", "al", "el", "ter",
        "dos", "du",
      ]
      return 2...5 ~= words.count
        && words.allSatisfy { $0.first!.isUppercase || particles.contains($0) }
        && !part.contains(":") && !part.contains { $0.isNumber }
    }
  }
}
