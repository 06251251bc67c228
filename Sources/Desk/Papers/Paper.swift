/// A paper in the store.
public struct Paper: Sendable, Hashable, Identifiable {
  public let id: Int
  public let title: String
  /// The title as the page wrote it.
  public let rawTitle: String
  public let abstract: String
  public let rawAbstract: String
  /// The names, joined by commas; empty if no page told them.
  public let authors: String
  /// The names one by one, since a name may have a comma in it.
  public let names: [String]
  /// Whether there are more authors than the names tell.
  public let hasMoreAuthors: Bool
  public let authorCount: Int?
  public let organisation: String?
  /// The day of posting, as `2024-06-08`, or its start.
  public let posted: String?
  public let votes: Int?
  public let comments: Int?
  public let arxivID: String?
  /// The digital object identifier, in small letters.
  public let doi: String?
  /// When the store first knew the paper, in seconds since 1970.
  public let added: Int
  /// Whether a page has shown it; a card of the catalogue is there before any has.
  public let isImported: Bool
  /// The card's name, family, room, status and sentence, if the catalogue has one.
  public let card: Card?

  public struct Card: Sendable, Hashable {
    public let slug: String
    public let family: String
    public let target: String
    public let status: String
    public let summary: String
  }

  /// What names the paper in commands and addresses: the card's name, or `p` and its number.
  public var name: String { card?.slug ?? "p\(id)" }

  /// The abstract, or what the card says if no page gave one.
  public var summary: String { abstract.isEmpty ? card?.summary ?? "" : abstract }
}

extension Paper {
  /// The columns that `init(row:)` reads, in their order.
  static let columns = [
    "id", "title", "raw_title", "abstract", "raw_abstract", "authors", "author_count",
    "organisation", "posted", "votes", "comments", "arxiv", "added", "is_imported", "slug",
    "family",
    "target", "status", "summary", "doi", "author_names",
  ].map { "papers.\($0)" }.joined(separator: ", ")

  /// - Precondition: the row has the columns that `columns` names, and perhaps more.
  init(row: SQLRow) {
    id = row[0].integer!
    (title, rawTitle) = (row[1].text!, row[2].text!)
    (abstract, rawAbstract) = (row[3].text!, row[4].text!)
    (authors, authorCount) = (row[5].text!, row[6].integer)
    (organisation, posted) = (row[7].text, row[8].text)
    (votes, comments, arxivID) = (row[9].integer, row[10].integer, row[11].text)
    (added, isImported) = (row[12].integer!, row[13].integer == 1)
    doi = row[19].text
    let kept = row[20].text ?? ""
    let plain = authors.replacing(/\ et al\.$/, with: "")
    // A store of an earlier version kept no names but those in one line.
    names =
      kept.isEmpty
      ? plain.split(separator: ",").map(\.singleSpaced)
      : kept.split(separator: "\n").map(String.init)
    hasMoreAuthors = plain != authors
    card = row[14].text.map { slug in
      Card(
        slug: slug, family: row[15].text ?? "", target: row[16].text ?? "",
        status: row[17].text ?? "", summary: row[18].text ?? "")
    }
  }
}
