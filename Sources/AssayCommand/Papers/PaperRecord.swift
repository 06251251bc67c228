import Desk

/// A paper as commands print it in JSON.
struct PaperRecord: Encodable {
  let name: String
  let title: String
  let abstract: String
  let authors: String?
  let authorCount: Int?
  let organisation: String?
  let posted: String?
  let votes: Int?
  let comments: Int?
  let arxiv: String?
  let doi: String?
  let family: String?
  let status: String?
  let links: [Link]
  let seen: [String]

  struct Link: Encodable {
    let kind: String
    let url: String
  }

  init(_ paper: Paper, in store: PaperStore) throws {
    (name, title, abstract) = (paper.name, paper.title, paper.summary)
    authors = paper.authors.isEmpty ? nil : paper.authors
    (authorCount, organisation, posted) = (paper.authorCount, paper.organisation, paper.posted)
    (votes, comments) = (paper.votes, paper.comments)
    (arxiv, doi) = (paper.arxivID, paper.doi)
    (family, status) = (paper.card?.family, paper.card?.status)
    links = try store.links(of: paper.id).map { Link(kind: $0.kind.rawValue, url: $0.url) }
    seen = try store.sources(of: paper.id)
  }
}

extension Paper {
  /// The paper in one line: its name, how far its method is, and its title.
  var line: String {
    let status = card?.status ?? "—"
    return name.padded(to: 24) + " " + status.padded(to: 7) + " " + title
  }
}
