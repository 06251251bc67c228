/// Papers in the forms that other programs read.
public enum Bibliography: String, Sendable, Hashable, CaseIterable {
  case bibtex, json, csl, markdown

  /// One paper of a bibliography, with what readers added.
  public struct Item: Sendable {
    public let paper: Paper
    public let links: [PaperLink]
    public let tags: [String]
    public let notes: [PaperNote]

    public init(_ paper: Paper, in store: PaperStore) throws {
      self.paper = paper
      links = try store.links(of: paper.id)
      tags = try store.tags(of: paper.id)
      notes = try store.notes(on: paper.id)
    }

    var names: [String] { paper.names }
    var year: String? { paper.posted.map { String($0.prefix(4)) } }

    /// Where the paper is to be read.
    var address: String? {
      paper.arxivID.map { "https://arxiv.org/abs/\($0)" }
        ?? links.first { $0.kind == .page }?.url ?? links.first?.url
    }
  }

  /// Papers as BibTeX.
  public static func bibTeX(_ items: [Item]) -> String {
    items.map { item in
      let fields: [(String, String?)] = [
        ("title", "{\(escaped(item.paper.rawTitle))}"),
        ("author", authors(of: item)), ("year", item.year), ("eprint", item.paper.arxivID),
        ("archiveprefix", item.paper.arxivID == nil ? nil : "arXiv"), ("doi", item.paper.doi),
        ("url", item.address),
        ("keywords", item.tags.isEmpty ? nil : item.tags.map(escaped).joined(separator: ", ")),
        ("abstract", item.paper.rawAbstract.isEmpty ? nil : escaped(item.paper.rawAbstract)),
        (
          "note",
          item.notes.isEmpty ? nil : item.notes.map { escaped($0.text) }.joined(separator: " ")
        ),
      ]
      let lines = fields.compactMap { name, value in value.map { "  \(name) = {\($0)}" } }
      return "@misc{\(item.paper.name),\n\(lines.joined(separator: ",\n"))\n}\n"
    }.joined(separator: "\n")
  }

  /// Papers as a list in Markdown.
  public static func markdown(_ items: [Item]) -> String {
    items.map { item in
      let title = item.paper.title.replacing("[", with: "\\[").replacing("]", with: "\\]")
      let head = item.address.map { "- [\(title)](\($0))" } ?? "- \(title)"
      let origin = item.paper.origin.isEmpty ? "" : "  \n  \(item.paper.origin)"
      let tags =
        item.tags.isEmpty ? "" : "  \n  " + item.tags.map { "#\($0)" }.joined(separator: " ")
      return head + origin + tags + item.notes.map { "\n  > \($0.text)" }.joined()
    }.joined(separator: "\n") + "\n"
  }

  /// The names as BibTeX joins them; braces keep together what it would take apart.
  private static func authors(of item: Item) -> String? {
    guard !item.names.isEmpty else { return nil }
    let names = item.names.map { name in
      let text = escaped(name)
      return text.contains(",") || text.contains(/(?i)\sand\s/) ? "{\(text)}" : text
    }
    return (names + (item.paper.hasMoreAuthors ? ["others"] : [])).joined(separator: " and ")
  }

  /// Text whose braces do not end a field.
  private static func escaped(_ text: String) -> String {
    var depth = 0
    let isBalanced = text.allSatisfy { character in
      if character == "{" { depth += 1 }
      if character == "}" { depth -= 1 }
      return depth >= 0
    }
    return isBalanced && depth == 0 ? text : text.filter { $0 != "{" && $0 != "}" }
  }
}

extension Bibliography {
  /// One paper in the Citation Style Language's JSON.
  public struct CSLItem: Encodable, Sendable {
    struct Name: Encodable {
      let literal: String
    }

    struct Issued: Encodable {
      let dateParts: [[Int]]

      enum CodingKeys: String, CodingKey {
        case dateParts = "date-parts"
      }
    }

    let id: String
    let type = "article"
    let title: String
    let author: [Name]?
    let issued: Issued?
    let abstract: String?
    let url: String?
    let doi: String?
    let note: String?

    enum CodingKeys: String, CodingKey {
      case id, type, title, author, issued, abstract, note
      case url = "URL"
      case doi = "DOI"
    }

    public init(_ item: Item) {
      (id, title) = (item.paper.name, item.paper.title)
      author = item.names.isEmpty ? nil : item.names.map(Name.init)
      issued = item.paper.posted.map {
        Issued(dateParts: [$0.split(separator: "-").compactMap { Int($0) }])
      }
      abstract = item.paper.abstract.isEmpty ? nil : item.paper.abstract
      url = item.address
      doi = item.paper.doi
      note = item.notes.isEmpty ? nil : item.notes.map(\.text).joined(separator: "\n")
    }
  }
}
