/// One entry of a feed: the text of each of its elements.
struct FeedItem {
  fileprivate(set) var texts: [String: String] = [:]
  fileprivate(set) var authors: [String] = []
  /// Where the paper is to be read, the page itself first.
  fileprivate(set) var pages: [String] = []
  /// All other addresses.
  fileprivate(set) var links: [String] = []

  subscript(name: String) -> String? {
    texts[name].flatMap { $0.isEmpty ? nil : $0 }
  }
}

/// Puts the events of a feed together to its items.
final class FeedContents {
  private(set) var items: [FeedItem] = []
  private(set) var isFeed = false
  private var isAtom = false
  /// The prefix that the feed's own names have, if they have one.
  private var ownPrefix = ""
  /// The authors of all of the feed, for items without any.
  private var feedAuthors: [String] = []
  private var item: FeedItem?
  /// The element of the item that is being read.
  private var element: (name: String, text: FeedText)?
  /// The name of a person inside of that element.
  private var person: String?
  private var path: [String] = []
  /// How many elements are around the children of the item.
  private var itemDepth = 0

  func take(_ event: MarkupEvent) {
    switch event {
    case .start(let name, let attributes): start(name, attributes)
    case .end(let name): end(name)
    case .text(let text):
      if person != nil { person! += text }
      if element != nil { element!.text.take(event) }
    }
  }

  private func start(_ name: String, _ attributes: [String: String]) {
    let local = localName(name)
    if path.isEmpty {
      isFeed = ["feed", "rss", "rdf"].contains(local)
      isAtom = local == "feed"
      let parts = name.split(separator: ":")
      ownPrefix = parts.count > 1 && local != "rdf" ? String(parts[0]) : ""
    }
    path.append(local)
    if item == nil {
      if local == "entry" || local == "item" {
        item = FeedItem()
        itemDepth = path.count
        if let address = attributes["rdf:about"] { item!.links.append(address) }
      }
    } else if path.count == itemDepth + 1 {
      // What an extension calls so is not what the feed does: a picture has a title, too.
      let key = isKnown(name) ? local : name.lowercased()
      element = (key, FeedText(kind: self.kind(of: key, attributes)))
      if key == "link", let address = attributes["href"] { take(address, attributes["rel"]) }
    } else {
      element?.text.take(.start(name, attributes))
    }
    if local == "name", path.dropLast().last == "author" { person = "" }
  }

  private func end(_ name: String) {
    let local = path.popLast() ?? ""
    if let name = person, local == "name" {
      takePerson(name.singleSpaced)
      person = nil
    }
    guard item != nil else { return }
    if path.count < itemDepth {
      if item!.authors.isEmpty { item!.authors = feedAuthors }
      items.append(item!)
      item = nil
    } else if path.count == itemDepth, let (key, text) = element {
      finish(key, text)
      element = nil
    } else {
      element?.text.take(.end(name))
    }
  }

  private func finish(_ key: String, _ text: FeedText) {
    switch key {
    case "author" where isAtom: break
    case "author", "creator": item!.authors += FeedNames(text.plain).names
    case "link":
      let address = text.plain
      if !address.isEmpty { item!.pages.append(address) }
    default:
      let isNew = item!.texts[key]?.isEmpty ?? true
      if isNew { item!.texts[key] = text.plain }
    }
  }

  private func takePerson(_ name: String) {
    guard !name.isEmpty else { return }
    if item == nil {
      if path.count <= 3 { feedAuthors.append(name) }
    } else if path.count == itemDepth + 1 {
      item!.authors.append(name)
    }
  }

  private func take(_ address: String, _ relation: String?) {
    switch relation {
    case nil, "alternate": item!.pages.append(address)
    case "related", "via", "cite-as": item!.links.append(address)
    default: break
    }
  }

  private func kind(of key: String, _ attributes: [String: String]) -> FeedText.Kind {
    switch key {
    case "link", "guid", "id", "doi", "identifier": .plain
    default: isAtom ? FeedText.kind(ofAtom: attributes["type"]) : .unknown
    }
  }

  private func localName(_ name: String) -> String {
    name.split(separator: ":").last.map { $0.lowercased() } ?? ""
  }

  /// The prefixes that everybody uses for what says as much as the feed's own names.
  private static let prefixes: Set<String> = [
    "atom", "rss", "dc", "dcterms", "content", "arxiv", "prism",
  ]

  private func isKnown(_ name: String) -> Bool {
    let parts = name.split(separator: ":")
    return parts.count < 2 || parts[0] == ownPrefix || Self.prefixes.contains(parts[0].lowercased())
  }
}

/// The people in a line of a feed that names them: with commas or "and" between them, or a mail
/// address with a name, or one name with the last name first.
struct FeedNames {
  let names: [String]

  init(_ text: String) {
    let line =
      text.firstMatch(of: /^\S+@\S+\s*\((.+)\)\s*$/).map { String($0.output.1) }
      // Older feeds of arXiv put where somebody works behind the name.
      ?? text.replacing(/\s*\([^()]*\)/, with: "")
    if line.contains(";") {
      names = line.split(separator: ";").map { Self.inOrder($0.singleSpaced) }.filter {
        !$0.isEmpty
      }
      return
    }
    let parts = line.replacing(/,?\s+and\s+|\s+&\s+/, with: ", ").split(separator: ",")
      .map(\.singleSpaced).filter { !$0.isEmpty }
    let isOne = parts.count == 2 && line.contains(",") && !line.contains(/\s(?:and|&)\s/)
    names = isOne && !parts[1].contains(/[\w.] +\w\w/) ? [Self.inOrder(line)] : parts
  }

  private static func inOrder(_ name: String) -> String {
    let parts = name.split(separator: ",").map(\.singleSpaced)
    return parts.count == 2 ? "\(parts[1]) \(parts[0])" : name
  }
}
