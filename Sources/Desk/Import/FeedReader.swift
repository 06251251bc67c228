import Foundation

/// Reads feeds: Atom as arXiv answers queries, any other Atom, and RSS of all kinds.
struct FeedReader {
  /// - Throws: `ImportError.malformed`.
  func read(_ text: String, source: String) throws(ImportError) -> PageReading {
    let mended = try XMLMending.mended(text, source: source)
    let feed = FeedContents()
    var reading = PageReading()
    do {
      try Markup.read(mended, as: .xml, source: source) { feed.take($0) }
    } catch {
      // One item that is broken does not cost the others.
      guard let pieces = try FeedPieces(mended, source: source) else { throw error }
      for piece in pieces.items {
        if let item = pieces.item(piece) {
          take(item, into: &reading)
        } else {
          reading.unreadable.append(
            UnreadablePart(line: piece.line, reason: "an item that is not well-formed XML"))
        }
      }
      return reading
    }
    guard feed.isFeed else {
      throw .malformed(source: source, reason: "XML, but neither Atom nor RSS")
    }
    for item in feed.items { take(item, into: &reading) }
    return reading
  }

  private func take(_ item: FeedItem, into reading: inout PageReading) {
    let place = reading.entries.count + reading.unreadable.count + 1
    // RSS of arXiv puts its number and kind of news before the abstract.
    let abstract = Self.abstract(of: item)
      .replacing(/^arXiv:\S+\s+Announce Type:\s*\S+\s+/, with: "")
      .replacing(/^(?i:abstract):\s*/, with: "")
    // Older feeds end titles with a number and subject.
    let title = (item["title"] ?? "").replacing(/\s*\(arXiv:[^)]*\)\s*$/, with: "")
    guard !abstract.isEmpty else {
      reading.unreadable.append(
        UnreadablePart(line: place, reason: "a paper without an abstract: '\(title.prefix(40))'"))
      return
    }
    var entry = PaperEntry(title: title, abstract: abstract, line: place)
    entry.authors = item.authors
    entry.posted =
      ["published", "pubdate", "issued", "created", "date", "updated", "modified"]
      .lazy.compactMap { item[$0] }
      .compactMap { PageDate.leading($0, today: DateComponents())?.day ?? PageDate.day($0) }.first
    for text in [item["id"], item["guid"], item["identifier"]].compactMap(\.self) {
      if let id = PaperIdentifier.arxiv(in: text) { entry.take(arxiv: id) }
    }
    if let doi = (item["doi"] ?? item["identifier"]).flatMap(PaperIdentifier.doi) {
      entry.take(doi: doi)
    }
    for address in item.pages + item.links + [item["id"], item["guid"]].compactMap(\.self) {
      entry.take(linked: address)
    }
    if let page = item.pages.first ?? item["guid"], entry.arxivID == nil, page.hasPrefix("http"),
      !entry.links.contains(where: { $0.url == page })
    {
      entry.links.append(PaperLink(.page, page))
    }
    reading.add(entry)
  }

  private static func abstract(of item: FeedItem) -> String {
    for name in ["summary", "description", "abstract", "content", "encoded"] {
      if let text = item[name] { return text }
    }
    return ""
  }
}

/// The items of a feed that is not well-formed, each by itself.
struct FeedPieces {
  struct Item {
    let text: Substring
    /// The line on which it starts, counted from 1.
    let line: Int
  }

  /// The most items that a feed may have.
  private static let most = 100_000

  private(set) var items: [Item] = []
  private let root: String

  /// Nothing, if the text is no feed or has no items.
  ///
  /// - Throws: `ImportError.malformed` if there are too many.
  init?(_ text: String, source: String) throws(ImportError) {
    let marks = /<(\/?)(?:[\w\-]+:)?(?:item|entry)(?=[\s>\/])/
    guard let first = text.firstMatch(of: marks),
      let start = text[..<first.range.lowerBound].firstMatch(
        of: /(?i)<((?:[\w\-]+:)?(?:feed|rss|rdf))[\s>]/)
    else { return nil }
    root = String(start.output.1)
    var open: String.Index?
    var (line, counted) = (1, text.startIndex)
    func close(at end: String.Index) {
      guard let begin = open else { return }
      line += text[counted..<begin].utf8.count { $0 == UInt8(ascii: "\n") }
      counted = begin
      items.append(Item(text: text[begin..<end], line: line))
      open = nil
    }
    for mark in text[first.range.lowerBound...].matches(of: marks) {
      if mark.output.1.isEmpty {
        close(at: mark.range.lowerBound)
        open = mark.range.lowerBound
      } else {
        let end = text[mark.range.upperBound...].firstIndex(of: ">")
        close(at: end.map { text.index(after: $0) } ?? text.endIndex)
      }
      guard items.count <= Self.most else {
        throw .malformed(source: source, reason: "more than \(Self.most) items are no feed")
      }
    }
    close(at: text.endIndex)
  }

  /// The item of a piece, if it is well-formed.
  func item(_ piece: Item) -> FeedItem? {
    let feed = FeedContents()
    let whole = "<\(root)>\(piece.text)</\(root)>"
    guard (try? Markup.read(whole, as: .xml, source: "") { feed.take($0) }) != nil else {
      return nil
    }
    return feed.items.first
  }
}
