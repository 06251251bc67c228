/// What a file of papers is written in.
enum PaperFormat: Sendable {
  case text, html, json, feed, bibTeX

  /// The format of a text, by how it begins.
  init(of text: String) {
    let start = text.drop { $0.isWhitespace || $0 == "\u{FEFF}" }.prefix(4_000)
    let lower = start.lowercased()
    if start.hasPrefix("[") || start.hasPrefix("{") {
      self = .json
    } else if lower.hasPrefix("<?xml") || lower.hasPrefix("<feed") || lower.hasPrefix("<rss")
      || lower.hasPrefix("<rdf")
    {
      self = lower.contains("<html") ? .html : .feed
    } else if lower.hasPrefix("<")
      && lower.contains(
        /<(?:!doctype html|html|head|body|main|div|article|section|ul|h[1-6]|p|!--)/)
    {
      self = .html
    } else if Self.isBibliography(text) {
      self = .bibTeX
    } else {
      self = .text
    }
  }

  /// Whether a line begins as an entry of BibTeX does.
  private static func isBibliography(_ text: String) -> Bool {
    text.utf8.split(separator: UInt8(ascii: "\n")).contains { line in
      let start = line.drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
      guard start.first == UInt8(ascii: "@") else { return false }
      return Substring(start).prefixMatch(of: /@[A-Za-z]+\s*[{(]/) != nil
    }
  }
}
