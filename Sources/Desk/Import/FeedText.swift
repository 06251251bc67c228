/// The text of an element of a feed, by what the format says that it is.
struct FeedText {
  enum Kind {
    /// Text as it stands; elements inside of it are markup.
    case plain
    /// A text that is HTML itself.
    case html
    /// Of RSS, which does not say: HTML if it looks so.
    case unknown
    /// Data that no reader can read.
    case data
  }

  let kind: Kind
  private var builder = PlainTextBuilder()

  init(_ text: String = "", kind: Kind) {
    self.kind = kind
    builder.take(.text(text))
  }

  /// The kind of an element of Atom by its attribute `type`, of all versions.
  static func kind(ofAtom type: String?) -> Kind {
    switch type?.lowercased() {
    case nil, "text", "xhtml", "text/plain", "application/xhtml+xml", "xhtml+xml": .plain
    case "html", "text/html": .html
    case let type?: type.hasPrefix("text/") ? .plain : type.hasSuffix("xml") ? .plain : .data
    }
  }

  /// Takes what stands inside of the element.
  mutating func take(_ event: MarkupEvent) {
    builder.take(event)
  }

  /// The text as a reader wants it, its spaces made single.
  var plain: String {
    let text = builder.text
    switch kind {
    case .data: return ""
    case .plain: return text.singleSpaced
    case .html: return Self.plain(html: text)
    case .unknown:
      // Some producers escape the marks of a section along with it.
      let inner = text.singleSpaced.wholeMatch(of: /<!\[CDATA\[(.*)\]\]>/).map { $0.output.1 }
      return Self.plain(unknown: inner.map(String.init) ?? text)
    }
  }

  private static func plain(unknown text: String) -> String {
    guard text.contains("<") else { return decoded(text) }
    let marks =
      /(?i)<\/?(?:p|br|b|i|em|strong|a|div|span|ul|ol|li|su[bp]|h[1-6]|img|code|pre|blockquote|table|t[rdh]|hr|u|small|tt|font|section|article|figure|q|cite)(?:\s[^<>]*)?\/?>/
    return text.contains(marks) ? plain(html: text) : decoded(text)
  }

  /// A text without tags whose entities are those of HTML.
  private static func decoded(_ text: String) -> String {
    text.contains("&") ? plain(html: text.replacing("<", with: "&lt;")) : text.singleSpaced
  }

  private static func plain(html text: String) -> String {
    guard text.contains("<") || text.contains("&") else { return text.singleSpaced }
    var builder = PlainTextBuilder()
    let status: Void? = try? Markup.read(text, as: .html, source: "") { builder.take($0) }
    return status == nil ? "" : builder.text.singleSpaced
  }
}

/// The text of markup: a space where a block begins or ends, and nothing of scripts and styles.
struct PlainTextBuilder {
  private(set) var text = ""
  private var hidden = 0

  private static let blocks: Set<String> = [
    "address", "article", "aside", "blockquote", "br", "dd", "div", "dl", "dt", "figcaption",
    "figure", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav",
    "ol", "p", "pre", "section", "table", "tbody", "td", "th", "thead", "tr", "ul",
  ]

  mutating func take(_ event: MarkupEvent) {
    switch event {
    case .start(let name, _): pass(name, by: 1)
    case .end(let name): pass(name, by: -1)
    case .text(let piece): if hidden == 0 { text += piece }
    }
  }

  private mutating func pass(_ name: String, by step: Int) {
    let local = name.split(separator: ":").last.map { $0.lowercased() } ?? ""
    if ["script", "style", "head"].contains(local) { hidden = max(0, hidden + step) }
    if Self.blocks.contains(local) { text += " " }
  }
}
