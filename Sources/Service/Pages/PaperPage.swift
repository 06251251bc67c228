import Catalogue
import Desk
import Evidence
import Experiments
import Methods
import Reports

/// All that is known of one paper, and what a reader can do with it.
struct PaperPage {
  let site: DeskSite
  let paper: Paper

  /// - Throws: `StoreError.unknownPaper`.
  init(site: DeskSite, name: String) throws {
    self.site = site
    paper = try site.desk.store.paper(named: name)
  }

  private var desk: PaperDesk { site.desk }
  private var store: PaperStore { desk.store }
  private var id: PaperID? { paper.card.flatMap { PaperID($0.slug) } }

  var html: HTML {
    get throws {
      let status = id.flatMap { site.runs[$0] }
      let isRunning = status.map { $0.stage == .running || $0.stage == .waiting } ?? false
      var frame = PageFrame(title: paper.title.shortened(to: 80), current: nil)
      if isRunning { frame.refresh = 3 }
      let abstract: HTML = paper.abstract.isEmpty ? "" : "<h2>Abstract</h2><p>\(paper.abstract)</p>"
      return frame.page(
        """
        <h1>\(paper.title)</h1>
        <p class="soft">\(paper.origin) \(paper.statusMark)</p>
        \(try buttons)
        <div class="columns"><div>
        \(card)\(run(status))\(try evidence)\(abstract)
        </div><aside>
        \(try links)\(try related)\(try notes)\(try sources)
        </aside></div>
        """)
    }
  }

  private var buttons: HTML {
    get throws {
      let path = "/paper/\(paper.name)"
      let state = try store.state(of: paper.id)
      let save = ActionButton(
        path: "\(path)/mark", label: state == .saved ? "Saved ✓" : "Save",
        fields: [("state", state == .saved ? "" : "saved")], name: "save",
        isPrimary: state != .saved)
      let dismiss = ActionButton(
        path: "\(path)/mark", label: state == .dismissed ? "Dismissed ✓" : "Not for me",
        fields: [("state", state == .dismissed ? "" : "dismissed")])
      let follow = ActionButton(path: "\(path)/follow", label: "Follow papers like this")
      return "<div class=\"row\">\(save.html)\(dismiss.html)\(follow.html)</div>"
    }
  }

  private var card: HTML {
    guard let id, let card = desk.catalogue[id] else { return "" }
    let rows: [HTML] = [
      ("What", card.what), ("Claim", card.clauses == nil ? card.claim : ""),
      ("Formula", card.formula), ("Peer", card.peer),
      ("Room", "\(card.target) · \(card.family)"),
    ].filter { !$0.1.isEmpty }.map { "<dt>\($0.0)</dt><dd>\($0.1)</dd>" }
    let isListed = desk.status(of: id) == .listed
    let title = isListed ? "Planned in Swift (nothing runs yet)" : "In Swift"
    let api: HTML = card.api.isEmpty ? "" : "<h2>\(title)</h2><pre>\(card.api)</pre>"
    return "<dl>\(rows)</dl>\(clauses(of: card))\(api)"
  }

  /// What was asked of the method, part by part, and what became of each.
  private func clauses(of card: PaperCard) -> HTML? {
    guard let clauses = card.clauses else { return nil }
    let record = try? desk.record(of: paper)
    let items: [HTML] = clauses.map { "<li><b>\($0.outcome(record))</b> · \($0.text)</li>" }
    return "<h2>Asked of it</h2><ul>\(items)</ul>"
  }

  private func run(_ status: ExperimentRuns.Status?) -> HTML {
    guard let id, Experiments.experiment(on: id) != nil else { return "" }
    if let status, status.stage == .running || status.stage == .waiting {
      return """
        <h2>Experiment</h2><div data-run="\(id.slug)" aria-live="polite"><progress max="1" value="\(String(status.share))"></progress>
        <p class="soft" data-text>\(status.text)</p></div>
        """
    }
    let last: HTML = status.map { "<p class=\"notice\">\($0.stage.rawValue): \($0.text)</p>" } ?? ""
    let path = "/paper/\(paper.name)/run"
    let small = ActionButton(path: path, label: "Run it, small", fields: [("scale", "small")])
    let full = ActionButton(path: path, label: "Run it in full", fields: [("scale", "full")])
    return "<h2>Experiment</h2>\(last)<div class=\"row\">\(small.html)\(full.html)</div>"
  }

  private var evidence: HTML {
    get throws {
      guard let record = try desk.record(of: paper) else { return "" }
      func claims(_ kind: Claim.Kind, _ title: String) -> HTML? {
        let own = record.findings.filter { $0.claim.kind == kind }
        return own.isEmpty
          ? nil : "<h3>\(title)</h3>\(own.map { EvidenceChart(finding: $0).html })"
      }
      let former: [HTML] = record.formerVerdicts.map { "<li>\($0.text)</li>" }
      let history: HTML? =
        former.isEmpty ? nil : "<h3>Former verdicts</h3><ul class=\"soft\">\(former)</ul>"
      let methods = record.methods.joined(separator: ", ")
      let stale: HTML? =
        Experiments.isStale(record, in: site.runs.sources)
        ? "<p class=\"notice\">Stale: the experiment or a method of it changed since.</p>" : nil
      return """
        <h2>Evidence</h2>\(stale)\(claims(.identity, "Identities"))\(claims(.effect, "Effects"))\(history)
        <p class="soft">\(record.seeds.count) seeds at \(record.scale.rawValue) scale on \(record.date.prefix(10).description), of <code>\(methods)</code></p>
        """
    }
  }

  private var links: HTML {
    get throws {
      // An untrusted page named these addresses: only those of the web are links.
      let links: [HTML] = try store.links(of: paper.id).filter { $0.url.contains(/^https?:\/\//) }
        .map {
          "<li><a href=\"\($0.url)\" rel=\"noreferrer nofollow\">\($0.url.shortened(to: 60))</a> <span class=\"soft\">\($0.kind.rawValue)</span></li>"
        }
      return links.isEmpty ? "" : "<h2>Links</h2><ul>\(links)</ul>"
    }
  }

  private var related: HTML {
    get throws {
      let papers: [HTML] = try desk.search().papers(like: paper, limit: 6).map {
        "<li><a href=\"/paper/\($0.name)\">\($0.title.shortened(to: 120))</a></li>"
      }
      return papers.isEmpty ? "" : "<h2>Related</h2><ul>\(papers)</ul>"
    }
  }

  private var notes: HTML {
    get throws {
      let path = "/paper/\(paper.name)"
      let notes: [HTML] = try store.notes(on: paper.id).map { "<p>\($0.text)</p>" }
      let tags: [HTML] = try store.tags(of: paper.id).map {
        ActionButton(path: "\(path)/untag", label: "#\($0) ×", fields: [("tag", $0)]).html
      }
      return """
        <h2>Notes</h2>\(notes)
        <form class="row" method="post" action="\(path)/note">\(FormToken.field)<textarea name="text" rows="2" required maxlength="20000" aria-label="A note"></textarea><button>Write</button></form>
        <div class="row">\(tags)<form method="post" action="\(path)/tag">\(FormToken.field)<input name="tag" size="10" required maxlength="64" pattern="[^\\s#]+" placeholder="tag" aria-label="A tag"><button>Tag</button></form></div>
        """
    }
  }

  private var sources: HTML {
    get throws {
      let sources = try store.sources(of: paper.id)
      return sources.isEmpty
        ? "" : "<h2>Seen in</h2><p class=\"soft\">\(sources.prefix(8).joined(separator: ", "))</p>"
    }
  }
}
