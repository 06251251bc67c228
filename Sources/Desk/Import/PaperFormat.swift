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
    } else if text.contains(/(?m)^\s*@[A-Za-z]+\s*[{(]/) && !lower.hasPrefix("new\n") {
      self = .bibTeX
    } else {
      self = .text
    }
  }
}
