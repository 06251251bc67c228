/// A paper as one page shows it.
public struct PaperEntry: Sendable, Hashable {
  /// The title as the page writes it, LaTeX and all, its spaces made single.
  public var rawTitle: String
  public var rawAbstract: String
  /// The authors' names, where the page tells them.
  public var authors: [String] = []
  /// Whether there are more authors than the page names.
  public var hasMoreAuthors = false
  /// How many authors there are, where the page tells no names.
  public var authorCount: Int?
  public var organisation: String?
  /// The day on which the paper was posted, as `2024-06-08`; year or year and month where that is
  /// all the page tells.
  public var posted: String?
  public var votes: Int?
  public var comments: Int?
  public var arxivID: String?
  /// The digital object identifier, in small letters.
  public var doi: String?
  public var links: [PaperLink] = []
  /// The line of the file on which the entry starts, counted from 1.
  public var line: Int

  public init(title: String, abstract: String, line: Int = 1) {
    (rawTitle, rawAbstract, self.line) = (title, abstract, line)
  }

  /// The title as a reader wants it.
  public var title: String { ReadableText(rawTitle).text }

  public var abstract: String { ReadableText(rawAbstract).text }

  /// The names in one line.
  var authorText: String { authors.joined(separator: ", ") + (hasMoreAuthors ? " et al." : "") }

  /// All that is linked: what the page links, and the repositories that the abstract names.
  public var allLinks: [PaperLink] {
    var seen: Set<String> = []
    return (links + PaperLink.repositories(in: rawAbstract)).filter {
      $0.url.utf8.count <= PaperLink.longest && seen.insert($0.url).inserted
    }
  }
}

/// A place that belongs to a paper.
public struct PaperLink: Sendable, Hashable {
  public enum Kind: String, Sendable, Hashable {
    case page, pdf, code, project
  }

  public var kind: Kind
  public var url: String

  /// The most bytes of an address that is kept.
  static let longest = 1_000

  public init(_ kind: Kind, _ url: String) {
    (self.kind, self.url) = (kind, url)
  }
}
