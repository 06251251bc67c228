/// What a file of papers is written in.
enum PaperFormat: Sendable {
  case text, html, json, feed, bibTeX

  /// The format of a text, by how it begins.
  init(of text: String) {
    let start = text.drop { $0.isWhitespace || $0 == "\u{FEFF}" }.prefix(4_000)
    let lower = start.lowercased()
    if start.prefixMatch(of: /\[\s*[\[{"\]]|\{\s*["}]/) != nil {
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

  /// Whether the first line that says something begins as an entry of BibTeX does.
  private static func isBibliography(_ text: String) -> Bool {
    let first = text.split(whereSeparator: \.isNewline).lazy.map { $0.drop(while: \.isWhitespace) }
      .first { !$0.isEmpty && $0.first != "%" }
    return first?.prefixMatch(of: /@[A-Za-z]+\s*[{(]/) != nil
  }
}
