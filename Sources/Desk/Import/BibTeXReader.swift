/// Reads bibliographies: entries of any kind with a title; those without an abstract are taken with
/// an empty one.
struct BibTeXReader {
  func read(_ text: String) -> PageReading {
    var parser = BibTeXParser(text)
    var reading = PageReading()
    while let part = parser.nextEntry() {
      reading.unreadable += part.problems
      if part.isOpen {
        reading.unreadable.append(
          UnreadablePart(line: part.line, reason: "an entry that does not end"))
      } else if let title = Self.title(part.fields) {
        reading.add(entry(title: title, part, into: &reading))
      } else {
        reading.unreadable.append(
          UnreadablePart(line: part.line, reason: "an entry without a title"))
      }
    }
    return reading
  }

  private static func title(_ fields: [String: String]) -> String? {
    guard let title = fields["title"] ?? fields["booktitle"] else { return nil }
    guard fields["title"] != nil, let subtitle = fields["subtitle"], !subtitle.isEmpty else {
      return title
    }
    return "\(title): \(subtitle)"
  }

  private func entry(
    title: String, _ part: BibTeXParser.Entry, into reading: inout PageReading
  ) -> PaperEntry {
    let fields = part.fields
    var entry = PaperEntry(title: title, abstract: fields["abstract"] ?? "", line: part.line)
    // A collection has nobody but its editors.
    let people = BibTeXNames(fields["author"] ?? fields["editor"] ?? "")
    if let problem = people.problem {
      reading.unreadable.append(UnreadablePart(line: part.line, reason: problem))
    }
    (entry.authors, entry.hasMoreAuthors) = (people.names, people.hasMore && !people.names.isEmpty)
    entry.posted = Self.day(fields)
    entry.organisation = (fields["institution"] ?? fields["organization"] ?? fields["school"])
      .map { ReadableText($0).text }
    takeIdentifiers(fields, into: &entry)
    if let url = fields["url"].map(Self.address) {
      let known = entry.links.count
      entry.take(linked: url)
      if entry.links.count == known, url.hasPrefix("http") {
        entry.links.append(PaperLink(.page, url))
      }
    }
    return entry
  }

  private func takeIdentifiers(_ fields: [String: String], into entry: inout PaperEntry) {
    let archive = (fields["archiveprefix"] ?? fields["eprinttype"] ?? "arxiv").lowercased()
    if archive == "arxiv", let id = fields["eprint"].flatMap({ PaperIdentifier.arxiv($0) }) {
      entry.take(arxiv: id)
    }
    // Some say it in a line for readers, such as "arXiv preprint arXiv:2401.01234".
    for name in ["arxiv", "arxivid", "journal", "volume", "number", "note", "howpublished"]
    where entry.arxivID == nil {
      let isIdentifier = name.hasPrefix("arxiv")
      // A note may speak of another paper, unless it begins with the identifier.
      let isNote = name == "note" || name == "howpublished"
      let start = fields[name]?.lowercased() ?? ""
      if isNote, !["arxiv", "http", "\\url", "preprint"].contains(where: start.hasPrefix) {
        continue
      }
      if let text = fields[name],
        let id = isIdentifier ? PaperIdentifier.arxiv(text) : PaperIdentifier.arxiv(in: text)
      {
        entry.take(arxiv: id)
      }
    }
    if let doi = fields["doi"].map(Self.address).flatMap(PaperIdentifier.doi) {
      entry.take(doi: doi)
    }
  }

  /// An address without the signs that LaTeX needs.
  private static func address(_ text: String) -> String {
    text.replacing(/\\(?:url|path)\s*/, with: "").replacing(/\\([_%&#~])|[{}]/) {
      $0.output.1.map(String.init) ?? ""
    }
  }

  /// The day of a date in the form of biblatex, or the year.
  private static func day(_ fields: [String: String]) -> String? {
    if let match = fields["date"]?.prefixMatch(of: /[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?/) {
      return String(match.output)
    }
    guard let match = fields["year"]?.firstMatch(of: /(?:^|[^0-9])([12][0-9]{3})(?![0-9])/) else {
      return nil
    }
    return String(match.output.1)
  }
}
