import Foundation

/// What tells two papers of one title from each other: identifiers, names and abstract.
struct PaperIdentity {
  private let arxivID: String?
  private let doi: String?
  private let names: [AuthorName]
  private let authorCount: Int?
  private let year: Int?
  private let abstract: String
  private let title: TitleKey

  init(_ entry: PaperEntry, title: TitleKey) {
    (arxivID, doi, self.title) = (entry.arxivID, entry.doi, title)
    (names, abstract) = (entry.authors.map(AuthorName.init), entry.abstract)
    authorCount =
      entry.hasMoreAuthors ? nil : entry.authors.isEmpty ? entry.authorCount : entry.authors.count
    year = entry.posted.flatMap { Int($0.prefix(4)) }
  }

  init(_ paper: Paper, title: TitleKey) {
    (arxivID, doi, self.title) = (paper.arxivID, paper.doi, title)
    (names, abstract) = (paper.names.map(AuthorName.init), paper.abstract)
    authorCount = paper.hasMoreAuthors ? nil : paper.authorCount
    year = paper.posted.flatMap { Int($0.prefix(4)) }
  }

  /// What a comparison can find.
  enum Verdict {
    case same, other
    /// Nothing speaks against it, but nothing is there that could agree.
    case possible
  }

  /// Whether a paper of the same title is this one.
  ///
  /// Identifiers decide where both have them. Otherwise names or abstracts must agree where both have
  /// them. Where there is nothing to compare, only a paper of which no more than its title is known,
  /// or a title so long that no two papers have it, can be meant.
  func verdict(on other: PaperIdentity) -> Verdict {
    if let arxivID, let theirs = other.arxivID { return arxivID == theirs ? .same : .other }
    if let doi, let theirs = other.doi { return doi == theirs ? .same : .other }
    let (bothHaveNames, bothHaveAbstracts) = (
      !names.isEmpty && !other.names.isEmpty, !abstract.isEmpty && !other.abstract.isEmpty
    )
    if bothHaveNames, AuthorName.agree(names, other.names) { return .same }
    if bothHaveAbstracts, Self.agree(abstract, other.abstract) { return .same }
    if bothHaveNames || bothHaveAbstracts { return .other }
    if let year, let theirs = other.year, abs(year - theirs) > 2 { return .other }
    if isBare || other.isBare { return .possible }
    if let authorCount, let theirs = other.authorCount, authorCount != theirs { return .other }
    return min(title.text.count, other.title.text.count) >= Self.tellingLength ? .possible : .other
  }

  /// Whether no more than the title is known.
  private var isBare: Bool {
    arxivID == nil && doi == nil && names.isEmpty && authorCount == nil && abstract.isEmpty
  }

  /// How many letters and digits make a title that is as good as a name: "A Survey on Model
  /// Compression" is far from it.
  private static let tellingLength = 40

  /// Whether one text begins as the other, or most of the shorter's words are in the longer.
  private static func agree(_ first: String, _ second: String) -> Bool {
    let (mine, theirs) = (words(of: first), words(of: second))
    let (few, many) = mine.count <= theirs.count ? (mine, theirs) : (theirs, mine)
    if few.isEmpty || many.starts(with: few) { return !few.isEmpty }
    let known = Set(many)
    let distinct = Set(few)
    let shared = distinct.count(where: known.contains)
    // Any two texts share the words of the language, short ones by chance even more.
    return Double(shared) >= Double(distinct.count) * (distinct.count < 30 ? 0.8 : 0.6)
  }

  /// The first words of a text, which are enough to know it again.
  private static func words(of text: String) -> [String] {
    text.prefix(2_000).lowercased().split { !$0.isLetter && !$0.isNumber }.map(String.init)
  }
}
