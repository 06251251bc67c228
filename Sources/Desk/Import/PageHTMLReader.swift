import Foundation

/// Reads a saved page of papers as HTML.
///
/// Data that the page carries for machines are preferred: its papers as JSON, or the tags that
/// libraries read. Otherwise what the page shows is read as text, with its headings as titles.
struct PageHTMLReader {
  let today: DateComponents

  /// - Throws: `ImportError.malformed`.
  func read(_ text: String, source: String) throws(ImportError) -> PageReading {
    let page = PageContents()
    try Markup.read(text, as: .html, source: source) { page.take($0) }
    page.endLine()
    try PageLine.check(count: page.lines.count, source: source)
    for data in page.embedded {
      if let reading = try? PaperJSONReader().read(data, source: source), !reading.entries.isEmpty {
        return reading
      }
    }
    if let entry = page.describedPaper { return PageReading(entries: [entry]) }
    return PageTextReader(today: today).read(page.lines)
  }
}

/// What a page in HTML shows and carries.
private final class PageContents {
  private(set) var lines: [PageLine] = []
  /// The texts in JSON that the page carries for its scripts.
  private(set) var embedded: [String] = []
  private var tags: [(name: String, content: String)] = []
  private var line = ""
  private var links: [String] = []
  private var headings = 0
  private var hidden = 0
  private var scriptText: String?

  private static let blocks: Set<String> = [
    "address", "article", "aside", "blockquote", "body", "br", "button", "dd", "div", "dl", "dt",
    "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr",
    "html", "li", "main", "nav", "ol", "p", "pre", "section", "summary", "table", "tbody", "td",
    "th", "time", "title", "tr", "ul",
  ]
  private static let hiddenElements: Set<String> = [
    "head", "noscript", "script", "style", "svg", "template", "title",
  ]

  func take(_ event: MarkupEvent) {
    switch event {
    case .start(let name, let attributes): start(name.lowercased(), attributes)
    case .end(let name): end(name.lowercased())
    case .text(let text):
      if scriptText != nil { scriptText! += text } else if hidden == 0 { line += text }
    }
  }

  private func start(_ name: String, _ attributes: [String: String]) {
    if Self.blocks.contains(name) { endLine() }
    if let data = attributes["data-props"], data.contains("\"title\"") { embedded.append(data) }
    if name == "script", (attributes["type"] ?? "").contains("json") { scriptText = "" }
    if name == "meta", let key = attributes["name"] ?? attributes["property"],
      let content = attributes["content"]
    {
      tags.append((key.lowercased(), content))
    }
    if name == "a", let address = attributes["href"] { links.append(address) }
    if Self.hiddenElements.contains(name) { hidden += 1 }
    if isHeading(name) { headings += 1 }
  }

  private func end(_ name: String) {
    if name == "script", let text = scriptText {
      if text.contains("\"title\"") { embedded.append(text) }
      scriptText = nil
    }
    if Self.blocks.contains(name) { endLine() }
    if Self.hiddenElements.contains(name) { hidden = max(0, hidden - 1) }
    if isHeading(name) { headings = max(0, headings - 1) }
  }

  private func isHeading(_ name: String) -> Bool {
    name.count == 2 && name.first == "h" && name.last!.isNumber
  }

  /// Ends the line that is being read, if there is one.
  func endLine() {
    // Whoever asks learns that there are too many.
    guard lines.count <= PageLine.most else { return }
    var next = PageLine(line, number: lines.count + 1, followsGap: true)
    line = ""
    defer { links = [] }
    guard !next.text.isEmpty else {
      // A link around a picture says as much as one around a word.
      for link in links
      where link.contains("arxiv.org/") || !PaperLink.repositories(in: link).isEmpty {
        lines.append(PageLine(link, number: lines.count + 1, followsGap: true))
      }
      return
    }
    next.isHeading = headings > 0
    next.links = links
    lines.append(next)
  }

  /// The one paper that the tags for libraries describe, as on a page of arXiv.
  var describedPaper: PaperEntry? {
    func values(_ names: String...) -> [String] {
      names.lazy.map { name in self.tags.filter { $0.name == name }.map(\.content) }
        .first { !$0.isEmpty } ?? []
    }
    guard let title = values("citation_title", "dc.title").first,
      let abstract = values("citation_abstract", "dc.description", "og:description").first
    else { return nil }
    var entry = PaperEntry(title: title.singleSpaced, abstract: abstract.singleSpaced)
    entry.authors = values("citation_author", "dc.creator").map { name in
      // "Doe, Jane" is how libraries write Jane Doe.
      name.split(separator: ",").map(\.singleSpaced).reversed().joined(separator: " ")
    }
    entry.posted = values("citation_date", "citation_publication_date", "dc.date").first
      .flatMap { PageDate.day($0.replacing("/", with: "-")) }
    if let id = values("citation_arxiv_id").first {
      entry.take(linked: "https://arxiv.org/abs/\(id)")
    }
    if let pdf = values("citation_pdf_url").first { entry.links.append(PaperLink(.pdf, pdf)) }
    return entry
  }
}
