import Desk
import Evidence
import Methods

/// What forms do. Each leads back to the page that it was on.
struct DeskActions {
  let site: DeskSite
  let request: HTTPRequest

  private var store: PaperStore { site.desk.store }

  /// - Throws: `StoreError`.
  var response: HTTPResponse {
    get throws {
      let parts = request.parts
      switch (parts.first, parts.count) {
      case ("follow", 1): return try follow()
      case ("unfollow", 1):
        try store.unfollow(request.form["topic"] ?? "")
        return .redirect(to: "/following")
      case ("paper", 3): return try act(on: store.paper(named: parts[1]), parts[2])
      default: return site.failure(404, "There is no such form.", request)
      }
    }
  }

  private func follow() throws -> HTTPResponse {
    let topic = String((request.form["topic"] ?? "").prefix(300))
    guard !SearchQuery(topic).isEmpty else {
      return site.failure(400, "A topic needs a word to search for.", request)
    }
    try store.follow(topic)
    return .redirect(to: "/following")
  }

  private func act(on paper: Paper, _ action: String) throws -> HTTPResponse {
    switch action {
    case "mark": try store.mark(paper.id, as: ReadingState(rawValue: request.form["state"] ?? ""))
    case "follow": try store.follow(like: paper)
    case "note":
      let text = String((request.form["text"] ?? "").prefix(20_000))
      if text.contains(where: { !$0.isWhitespace }) { try store.addNote(text, to: paper.id) }
    case "tag":
      let tag = request.form["tag"] ?? ""
      guard PaperStore.isTag(tag) else {
        return site.failure(400, "A tag has letters, digits and hyphens, 64 at most.", request)
      }
      try store.addTag(tag, to: paper.id)
    case "untag": try store.removeTag(request.form["tag"] ?? "", from: paper.id)
    case "run":
      let scale = ExperimentScale(rawValue: request.form["scale"] ?? "") ?? .small
      guard let id = paper.card.flatMap({ PaperID($0.slug) }), site.runs.start(id, scale: scale)
      else {
        return site.failure(404, "There is no experiment on this paper yet.", request)
      }
    default: return site.failure(404, "There is no such form.", request)
    }
    return .redirect(to: "/paper/\(paper.name)")
  }
}
