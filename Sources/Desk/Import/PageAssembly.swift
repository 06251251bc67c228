import Foundation

/// Puts the lines of a page together to papers, one line at a time.
struct PageAssembly {
  private let today: DateComponents
  private let kindsAhead: Set<PageMetadata.Kind>
  private var reading = PageReading()
  private var entry: PaperEntry?
  /// The lines since the last paragraph that are neither known furniture nor told of a paper: the
  /// last of them may be a title.
  private var candidates: [PageLine] = []
  /// Whether a line since the last paragraph told of the paper, so that it is complete.
  private var hasMetadata = false
  /// What lines above a title told of the paper below.
  private var ahead: [PageMetadata] = []
  private var skipsName = false

  /// - Parameter kindsAhead: the kinds of details that this page puts above its papers.
  init(today: DateComponents, kindsAhead: Set<PageMetadata.Kind> = []) {
    (self.today, self.kindsAhead) = (today, kindsAhead)
  }

  mutating func add(_ line: PageLine) {
    if skipsName {
      skipsName = false
      if line.text.count < 60 { return }
    }
    // No detail is as long as an abstract, and looking for one in an abstract takes long.
    if line.text.utf8.count < 300, let metadata = PageMetadata(line, today: today),
      !line.isHeading || metadata == .furniture
    {
      // What stands under such a heading, but for an abstract, is no part of the paper above.
      if line.isHeading, entry != nil { hasMetadata = true }
      if entry != nil, candidates.isEmpty {
        for link in line.links { entry!.take(linked: link) }
      }
      take(metadata, line)
    } else if line.isBody {
      take(body: line)
    } else {
      candidates.append(line)
    }
  }

  mutating func finished() -> PageReading {
    settleTail(isDescribed: false)
    close()
    return reading
  }

  private mutating func take(_ metadata: PageMetadata, _ line: PageLine) {
    switch metadata {
    case .furnitureBeforeName: skipsName = true
    case .furniture:
      // A number by itself stands for votes, but only where it heads an entry.
      if let number = Int(line.text.replacing(",", with: "")), number < 1_000_000 {
        ahead = [.votes(number)]
      }
    default:
      if let kind = metadata.kind, kindsAhead.contains(kind) {
        // What is not above a title yet is the next paper's.
        settleTail(isDescribed: false)
        hasMetadata = entry != nil
        ahead.append(metadata)
      } else if entry != nil, candidates.isEmpty || isDetail(metadata) {
        settleTail(isDescribed: true)
        entry?.take(metadata)
        hasMetadata = true
      } else {
        // A day above a title is the page's, not the paper's.
        if case .posted = metadata { return }
        ahead.append(metadata)
      }
    }
  }

  /// Whether such a line stands below a paper even if an unknown line (an organization) is between.
  private func isDetail(_ metadata: PageMetadata) -> Bool {
    switch metadata {
    case .authorCount, .posted, .comments: !hasTitleCandidate
    default: false
    }
  }

  /// Whether the lines since the paragraph include what must be the next title.
  private var hasTitleCandidate: Bool {
    candidates.contains(where: \.isHeading) || (hasMetadata && !candidates.isEmpty)
  }

  private mutating func take(body line: PageLine) {
    // The names may stand between title and abstract.
    var authors: [String]?
    if candidates.count > 1, let last = candidates.last, !last.isHeading,
      let names = last.authorNames
    {
      authors = names
      candidates.removeLast()
    }
    guard let title = takeTitle() else {
      if entry != nil, !hasMetadata {
        settleTail(isDescribed: false)
        entry!.rawAbstract += " " + line.text
      } else {
        let start = line.text.prefix(40)
        reading.unreadable.append(
          UnreadablePart(line: line.number, reason: "an abstract without a title: '\(start)…'"))
      }
      ahead = []
      return
    }
    let details = ahead
    settleTail(isDescribed: false)
    close()
    var new = PaperEntry(
      title: title.text.replacing(/^Title:\s*/, with: ""),
      abstract: line.text.replacing(/^Abstract(?:\s*[:.—–-]\s*|(?=[A-Z]))/, with: ""),
      line: title.number)
    if let authors { new.authors = authors }
    for link in title.links { new.take(linked: link) }
    // An abstract links to the papers that it speaks of, too.
    new.links += line.links.flatMap(PaperLink.repositories)
    for detail in details { new.take(detail) }
    entry = new
    (hasMetadata, ahead) = (false, [])
  }

  /// Takes the title out of the lines before a paragraph: a heading if there is one, else the last
  /// line, unless it is alone and an address or its last sign shows it to belong to the paragraph
  /// above.
  private mutating func takeTitle() -> PageLine? {
    if let index = candidates.lastIndex(where: \.isHeading) {
      let title = candidates[index]
      candidates.removeSubrange(index...)
      return title
    }
    guard let last = candidates.last else { return nil }
    let isSentence =
      last.text.contains("://") || last.text.hasSuffix(":")
      || last.text.hasSuffix(".") && last.text.count >= 20
    if entry != nil, !hasMetadata, candidates.count == 1, isSentence { return nil }
    candidates.removeLast()
    return last
  }

  /// Gives the lines that are left to the paper above: sentences to its abstract and, where details
  /// follow, a name to its organization.
  private mutating func settleTail(isDescribed: Bool) {
    defer { candidates = [] }
    guard entry != nil, !hasMetadata else { return }
    for line in candidates {
      if line.isTrailingSentence || line.text.hasSuffix(":") {
        entry!.rawAbstract += " " + line.text
      } else if isDescribed, let names = line.authorNames {
        entry!.authors = names
      } else if isDescribed, entry!.organisation == nil, line.text.count <= 100 {
        entry!.organisation = line.text
      }
    }
  }

  private mutating func close() {
    if let entry { reading.add(entry) }
    entry = nil
  }
}

extension PaperEntry {
  /// Takes what a line says of this paper; what is known already stays.
  mutating func take(_ metadata: PageMetadata) {
    switch metadata {
    case .authorCount(let count): authorCount = authorCount ?? count
    case .posted(let day, let comments):
      posted = posted ?? day
      self.comments = self.comments ?? comments
    case .votes(let votes): self.votes = self.votes ?? votes
    case .comments(let comments): self.comments = self.comments ?? comments
    case .arxiv(let id): take(linked: "https://arxiv.org/abs/\(id)")
    case .link(let link): links.append(link)
    case .furniture, .furnitureBeforeName: break
    }
  }
}
