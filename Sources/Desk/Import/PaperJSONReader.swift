import Foundation

/// Reads papers as a daily-paper service answers: an array of objects with a `paper` each, or papers
/// anywhere inside of a document, each an object with a title and an abstract or summary.
struct PaperJSONReader {
  /// - Throws: `ImportError.malformed` if the text is no JSON.
  func read(_ text: String, source: String) throws(ImportError) -> PageReading {
    let document: Any
    do {
      document = try JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed)
    } catch {
      throw .malformed(source: source, reason: "not valid JSON")
    }
    var reading = PageReading()
    collect(document, into: &reading, depth: 0)
    return reading
  }

  private func collect(_ value: Any, into reading: inout PageReading, depth: Int) {
    guard depth < 12 else { return }
    if let list = value as? [Any] {
      for element in list { collect(element, into: &reading, depth: depth + 1) }
    } else if let object = value as? [String: Any] {
      if let items = object["items"] as? [Any], items.contains(where: { $0 is [String: Any] }) {
        // What has items is a feed, with a title and description of its own.
        collect(items, into: &reading, depth: depth + 1)
      } else if let paper = object["paper"] as? [String: Any], paper["title"] is String {
        take(paper, around: object, into: &reading)
      } else if object["title"] is String, Self.abstract(of: object) != nil {
        take(object, around: [:], into: &reading)
      } else if object["title"] is String, object["authors"] != nil {
        reading.unreadable.append(
          UnreadablePart(
            line: reading.entries.count + reading.unreadable.count + 1,
            reason: "a paper without an abstract: '\((object["title"] as! String).prefix(40))'"))
      } else {
        for key in object.keys.sorted() {
          collect(object[key]!, into: &reading, depth: depth + 1)
        }
      }
    }
  }

  private static func abstract(of object: [String: Any]) -> String? {
    for key in ["summary", "abstract", "description", "content_text"] {
      if let text = object[key] as? String, !text.isEmpty { return text }
    }
    guard let html = object["content_html"] as? String else { return nil }
    let text = FeedText(html, kind: .html).plain
    return text.isEmpty ? nil : text
  }

  /// Takes one paper; `outer` is the object around it, which tells of its day and comments.
  private func take(
    _ paper: [String: Any], around outer: [String: Any], into reading: inout PageReading
  ) {
    func first<Value>(_ keys: String..., as type: Value.Type = Value.self) -> Value? {
      for object in [paper, outer] {
        for key in keys {
          if let value = object[key] as? Value { return value }
        }
      }
      return nil
    }
    let place = reading.entries.count + reading.unreadable.count + 1
    let title = paper["title"] as? String ?? ""
    guard let abstract = Self.abstract(of: paper) ?? Self.abstract(of: outer) else {
      reading.unreadable.append(
        UnreadablePart(line: place, reason: "a paper without an abstract: '\(title.prefix(40))'"))
      return
    }
    var entry = PaperEntry(
      title: title.singleSpaced, abstract: abstract.singleSpaced, line: place)
    entry.authors = Self.names(
      paper["authors"] ?? outer["authors"] ?? paper["author"] ?? outer["author"])
    entry.authorCount = first("authorCount", "author_count", "num_authors")
    entry.organisation = Self.name(
      paper["organization"] ?? outer["organization"] ?? paper["organisation"])
    entry.posted =
      first("publishedAt", "published", "published_at", "date", "date_published", as: String.self)
      .flatMap { PageDate.leading($0, today: DateComponents())?.day } ?? Self.day(paper["issued"])
    entry.votes = first("upvotes", "votes", "numUpvotes")
    entry.comments = first("numComments", "comments", "num_comments")
    if let id: String = first("id", "arxiv_id", "arxivId", "arxiv"),
      let match = id.firstMatch(of: /[0-9]{4}\.[0-9]{4,5}/)
    {
      entry.take(linked: "https://arxiv.org/abs/\(match.output)")
    }
    let identifiers = paper["externalIds"] as? [String: Any]
    if let doi = first("doi", "DOI") ?? identifiers?["DOI"] as? String,
      let doi = PaperIdentifier.doi(doi)
    {
      entry.take(doi: doi)
    }
    if let id = identifiers?["ArXiv"] as? String, let id = PaperIdentifier.arxiv(id) {
      entry.take(arxiv: id)
    }
    for key in [
      "url", "link", "pdf_url", "githubRepo", "github", "code", "code_url", "projectPage",
    ] {
      guard let address: String = first(key), address.hasPrefix("http") else { continue }
      entry.take(linked: address)
      if key == "projectPage" { entry.links.append(PaperLink(.project, address)) }
    }
    reading.add(entry)
  }

  private static func name(_ value: Any?) -> String? {
    if let text = value as? String { return text.isEmpty ? nil : text.singleSpaced }
    guard let object = value as? [String: Any] else { return nil }
    if let whole = object["fullname"] ?? object["name"] ?? object["user"] ?? object["literal"] {
      return whole as? String
    }
    let parts = ["given", "dropping-particle", "non-dropping-particle", "family", "suffix"]
      .compactMap { object[$0] as? String }
    return parts.isEmpty ? nil : parts.joined(separator: " ").singleSpaced
  }

  private static func names(_ value: Any?) -> [String] {
    if let text = value as? String {
      return text.split(separator: text.contains(";") ? ";" : ",").map(\.singleSpaced)
    }
    if let one = value as? [String: Any] { return name(one).map { [$0] } ?? [] }
    return (value as? [Any] ?? []).compactMap(name)
  }

  /// The day of a date of the Citation Style Language, or its start.
  private static func day(_ value: Any?) -> String? {
    guard let object = value as? [String: Any],
      let parts = (object["date-parts"] as? [[Any]])?.first
    else { return nil }
    let numbers = parts.prefix(3).compactMap { $0 as? Int ?? ($0 as? String).flatMap { Int($0) } }
    guard let year = numbers.first, 1900...2200 ~= year else { return nil }
    let rest = numbers.dropFirst().prefix { 1...31 ~= $0 }.map { $0 < 10 ? "0\($0)" : "\($0)" }
    return (["\(year)"] + rest).joined(separator: "-")
  }
}
