import Foundation

/// Reads feeds: Atom as arXiv answers queries, any other Atom, and RSS of both kinds.
struct FeedReader {
  /// - Throws: `ImportError.malformed`.
  func read(_ text: String, source: String) throws(ImportError) -> PageReading {
    let feed = FeedContents()
    try Markup.read(text, as: .xml, source: source) { feed.take($0) }
    guard feed.isFeed else {
      throw .malformed(source: source, reason: "XML, but neither Atom nor RSS")
    }
    var reading = PageReading()
    for item in feed.items { take(item, into: &reading) }
    return reading
  }

  private func take(_ item: FeedItem, into reading: inout PageReading) {
    // RSS of arXiv puts its number and kind of news before the abstract.
    let abstract = plainText(item["summary"] ?? item["description"] ?? item["content"] ?? "")
      .replacing(/^arXiv:\S+\s+Announce Type:\s*\S+\s+/, with: "")
      .replacing(/^(?i:abstract):\s*/, with: "")
    // Older feeds end titles with a number and subject.
    let title = plainText(String((item["title"] ?? "").prefix(4_000))).replacing(
      /\s*\(arXiv:[^)]*\)\s*$/, with: "")
    guard !abstract.isEmpty else {
      let place = reading.entries.count + reading.unreadable.count + 1
      reading.unreadable.append(
        UnreadablePart(line: place, reason: "a paper without an abstract: '\(title.prefix(40))'"))
      return
    }
    var entry = PaperEntry(
      title: title, abstract: abstract, line: reading.entries.count + reading.unreadable.count + 1)
    entry.authors = item.authors
    entry.posted =
      [item["published"], item["pubdate"], item["date"], item["updated"]]
      .lazy.compactMap { $0.flatMap { PageDate.leading($0, today: DateComponents())?.day } }.first
    for address in item.links + [item["id"], item["guid"]].compactMap(\.self) {
      entry.take(linked: address)
    }
    if let page = item.links.first, entry.arxivID == nil, page.hasPrefix("http") {
      entry.links.append(PaperLink(.page, page))
    }
    reading.add(entry)
  }

  /// The text of a description that may be HTML itself.
  private func plainText(_ text: String) -> String {
    guard text.contains("<") || text.contains("&") else { return text.singleSpaced }
    var plain = ""
    try? Markup.read(text, as: .html, source: "") { event in
      if case .text(let piece) = event { plain += piece }
    }
    return plain.singleSpaced
  }
}

/// One entry of a feed: the text of each of its elements.
private struct FeedItem {
  var texts: [String: String] = [:]
  var authors: [String] = []
  var links: [String] = []

  subscript(name: String) -> String? {
    texts[name].map(\.singleSpaced).flatMap { $0.isEmpty ? nil : $0 }
  }
}

private final class FeedContents {
  private(set) var items: [FeedItem] = []
  private(set) var isFeed = false
  private var item: FeedItem?
  private var path: [String] = []
  /// How many elements are around the children of the item.
  private var itemDepth = 0

  func take(_ event: MarkupEvent) {
    switch event {
    case .start(let name, let attributes):
      // Names of spaces differ from feed to feed; the local names do not.
      let local = name.split(separator: ":").last.map { $0.lowercased() } ?? ""
      if path.isEmpty { isFeed = ["feed", "rss", "rdf"].contains(local) }
      path.append(local)
      if item == nil, local == "entry" || local == "item" {
        item = FeedItem()
        itemDepth = path.count
      } else if path.count == itemDepth + 1, name.hasPrefix("media:") {
        // What a picture is called is not what the paper is called.
        path[path.count - 1] = name
      }
      if local == "link", path.count == itemDepth + 1, let address = attributes["href"] {
        item?.links.append(address)
      }
    case .end:
      let local = path.popLast() ?? ""
      guard let ended = item else { return }
      if path.count < itemDepth {
        items.append(ended)
        item = nil
      } else if local == "name" && path.last == "author" || local == "creator" || local == "author"
      {
        takeAuthors(local)
      } else if local == "link", let address = ended["link"] {
        item!.links.append(address)
        item!.texts["link"] = nil
      }
    case .text(let text):
      guard item != nil, path.count > itemDepth else { return }
      // What stands inside of a child is the child's: the parts of a text, but not a source's title.
      let isName = path.count == itemDepth + 2 && path[itemDepth] == "author" && path.last == "name"
      guard isName || path[itemDepth] != "author" || path.count == itemDepth + 1 else { return }
      item!.texts[isName ? "name" : path[itemDepth], default: ""] += text
    }
  }

  private func takeAuthors(_ name: String) {
    guard let text = item?[name] else { return }
    item!.texts[name] = nil
    let names = name == "name" ? [text] : text.split(separator: ",").map(\.singleSpaced)
    item!.authors += names.filter { !$0.isEmpty }
  }
}
