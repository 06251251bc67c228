import Desk
import Evidence
import Experiments
import Foundation
import Methods
import Reports

/// The pages that only show.
struct DeskPages {
  let site: DeskSite
  let request: HTTPRequest

  var desk: PaperDesk { site.desk }
  var store: PaperStore { desk.store }

  /// - Throws: `StoreError`, also for a paper that is not there.
  var response: HTTPResponse {
    get throws {
      let parts = request.parts
      switch (parts.first, parts.count) {
      case (nil, _): return try .page(today)
      case ("trending", 1): return try .page(trending)
      case ("search", 1): return try .page(search)
      case ("evidence", 1): return try .page(evidence)
      case ("following", 1): return try .page(following)
      case ("list", 1): return try .page(readingList)
      case ("audits", _): return AuditPages(folder: site.options.audits).response(to: parts)
      case ("paper", 2): return try .page(PaperPage(site: site, name: parts[1]).html)
      case ("runs", 2): return run(parts[1])
      default: return site.failure(404, "There is no such page.", request)
      }
    }
  }

  private var today: HTML {
    get throws {
      let counts = try store.counts()
      let recommended = try Recommender(store, search: desk.search())
        .recommendations(since: store.daysAgo(14), limit: 20)
      let tiles: [HTML] = [
        ("in the catalogue", counts.cards), ("tested here", counts.tested),
        ("more that run", counts.running - counts.tested), ("taken from pages", counts.imported),
      ].map { "<div class=\"tile\"><b>\($0.1)</b>\($0.0)</div>" }
      let list =
        recommended.isEmpty
        ? "<p>No page was taken in lately. Take some with <code>./assay papers import FILE…</code>.</p>"
        : PaperList(
          recommended.map {
            PaperList.Item(
              paper: $0.paper, snippet: Snippet(of: $0.paper.summary, words: []),
              reason: $0.reasons == ["new"] ? "" : $0.reasons.joined(separator: "; "))
          }
        ).html
      return PageFrame(title: "Today", current: "/").page(
        """
        <h1>Today</h1>
        <div class="tiles">\(tiles)</div>
        <h2>New for you</h2>
        \(list)
        """)
    }
  }

  private var trending: HTML {
    get throws {
      PageFrame(title: "Trending", current: "/trending").page(
        """
        <h1>Trending</h1>
        <p class="soft">By votes, which count less day by day; where a page tells none, by how often and how lately pages carried the paper.</p>
        \(PaperList(try store.trending(30)).html)
        """)
    }
  }

  private var search: HTML {
    get throws {
      let text = String((request.parameters["q"] ?? "").prefix(500))
      var filter = SearchFilter()
      filter.family = request.parameters["family"].flatMap { $0.isEmpty ? nil : $0 }
      filter.since = request.parameters["since"].flatMap {
        Day.isStart($0) ? $0 : nil
      }
      filter.tag = request.parameters["tag"].flatMap { $0.isEmpty ? nil : $0 }
      filter.runs = request.parameters["runs"] != nil
      let families: [HTML] = desk.catalogue.families.map {
        let mark: HTML = $0 == filter.family ? " selected" : ""
        return "<option\(mark)>\($0)</option>"
      }
      let isChecked: HTML = filter.runs ? " checked" : ""
      let form: HTML = """
        <form class="row" action="/search"><input type="search" name="q" value="\(text)" aria-label="Words" placeholder="Words, a claim, a title">
        <select name="family" aria-label="Family"><option value="">every family</option>\(families)</select>
        <label>since <input name="since" size="6" value="\(filter.since ?? "")" placeholder="2024"></label>
        <label><input type="checkbox" name="runs"\(isChecked)> runs here</label>
        <button class="primary">Search</button></form>
        """
      return PageFrame(title: text.isEmpty ? "Search" : text, current: "/search", query: text).page(
        "<h1>Search</h1>\(form)\(text.isEmpty ? "" : try results(for: text, filter))")
    }
  }

  private func results(for text: String, _ filter: SearchFilter) throws -> HTML {
    let size = 20
    let page = max(1, min(10, Int(request.parameters["page"] ?? "") ?? 1))
    let search = try desk.search()
    let found = try search.results(
      for: text, filter: filter, limit: size, offset: (page - 1) * size)
    let mended: [HTML] = found.mended.sorted { $0.key < $1.key }.map {
      "<p class=\"notice\">No paper has “\($0.key)”; this is for “\($0.value)”.</p>"
    }
    let words: HTML =
      search.knowsMeaning
      ? "" : "<p class=\"notice\">By words alone: the model for meaning is not set up.</p>"
    guard !found.items.isEmpty else { return "\(words)\(mended)<p>No paper found.</p>" }
    var links: [HTML] = []
    func link(_ number: Int, _ name: String) -> HTML {
      var parts = request.parameters
      parts["page"] = "\(number)"
      let query = parts.sorted { $0.key < $1.key }.map {
        "\($0.key)=\($0.value.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "")"
      }.joined(separator: "&")
      return "<a href=\"/search?\(query)\">\(name)</a>"
    }
    if page > 1 { links.append(link(page - 1, "Previous")) }
    if page * size < found.total { links.append(link(page + 1, "Next")) }
    let items = found.items.map { PaperList.Item(paper: $0.paper, snippet: $0.snippet) }
    return
      "\(words)\(mended)\(PaperList(items).html)<nav class=\"row\" aria-label=\"Pages\">\(links)</nav>"
  }

  private var evidence: HTML {
    get throws {
      let papers = try store.cards().filter { $0.card?.status != "listed" }
      let rows: [HTML] = try papers.map { paper in
        let record = try desk.record(of: paper)
        func verdicts(_ kind: Claim.Kind) -> [HTML] {
          (record?.findings ?? []).filter { $0.claim.kind == kind }.map {
            "<span class=\"\($0.verdict.rawValue)\" title=\"\($0.claim.sentence)\">● \($0.verdict.words)</span><br>"
          }
        }
        return """
          <tr><td><a href="/paper/\(paper.name)">\(paper.title)</a> \(paper.statusMark)</td>
          <td>\(verdicts(.identity))</td><td>\(verdicts(.effect))</td><td>\(record?.date.prefix(10).description ?? "")</td></tr>
          """
      }
      return PageFrame(title: "Evidence", current: "/evidence").page(
        """
        <h1>Evidence</h1>
        <p>What papers claim, measured again here. Identities hold in every trial or they do not; effects are differences over seeds. Each verdict is computed from the measurements.</p>
        <div class="scroll"><table><thead><tr><th>Paper</th><th>Identities</th><th>Effects</th><th>Measured</th></tr></thead><tbody>\(rows)</tbody></table></div>
        """)
    }
  }

  private var following: HTML {
    get throws {
      let topics: [HTML] = try store.topics().map { topic in
        let name: HTML = topic.example == nil ? "\(topic.name)" : "papers like “\(topic.name)”"
        let button = ActionButton(
          path: "/unfollow", label: "Stop", fields: [("topic", topic.name)]
        ).html
        return "<tr><td>\(name)</td><td>\(button)</td></tr>"
      }
      return PageFrame(title: "Following", current: "/following").page(
        """
        <h1>Following</h1>
        <form class="row" method="post" action="/follow">\(FormToken.field)<input name="topic" required maxlength="300" placeholder="certified robustness" aria-label="A topic"> <button class="primary">Follow</button></form>
        <table><tbody>\(topics)</tbody></table>
        <p class="soft">New papers that belong to a topic stand on the first page, and in the digest: <code>./assay papers digest --to you@example.org</code></p>
        """)
    }
  }

  private var readingList: HTML {
    get throws {
      PageFrame(title: "Reading list", current: "/list").page(
        "<h1>Reading list</h1>\(PaperList(try store.readingList()).html)")
    }
  }

  /// How a run stands, for the script of the page.
  private func run(_ file: String) -> HTTPResponse {
    guard file.hasSuffix(".json"), let paper = PaperID(String(file.dropLast(5))),
      let status = site.runs[paper]
    else { return site.failure(404, "Nothing was started.", request) }
    let fields: [String: Any] = [
      "stage": status.stage.rawValue, "share": status.share, "text": status.text,
    ]
    let data = try? JSONSerialization.data(withJSONObject: fields, options: .sortedKeys)
    return .json(String(decoding: data ?? Data("{}".utf8), as: UTF8.self))
  }
}
