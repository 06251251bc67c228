import Desk
import Reports

/// Papers in a list, each with its title, origin and a piece of its text.
struct PaperList {
  struct Item {
    let paper: Paper
    let snippet: Snippet
    var reason = ""
  }

  let items: [Item]

  init(_ items: [Item]) {
    self.items = items
  }

  init(_ papers: [Paper]) {
    self.init(papers.map { Item(paper: $0, snippet: Snippet(of: $0.summary, words: [])) })
  }

  var html: HTML {
    let rows: [HTML] = items.map { item in
      let origin: HTML =
        item.paper.origin.isEmpty
        ? "" : "<p class=\"soft\">\(item.paper.origin.shortened(to: 160))</p>"
      let reason: HTML = item.reason.isEmpty ? "" : "<p class=\"soft supported\">\(item.reason)</p>"
      return """
        <li><h3><a href="/paper/\(item.paper.name)">\(item.paper.title.shortened(to: 300))</a> \(item.paper.statusMark)</h3>
        \(origin)<p>\(item.snippet.html)</p>\(reason)</li>
        """
    }
    return "<ul class=\"papers\">\(rows)</ul>"
  }
}

extension Snippet {
  var html: HTML {
    pieces.reduce("") { text, piece in
      piece.isMatch ? "\(text)<mark>\(piece.text)</mark>" : "\(text)\(piece.text)"
    }
  }
}

extension Paper {
  /// How far the paper's method is, where the catalogue has a card.
  var statusMark: HTML {
    guard let card else { return "" }
    return "<span class=\"status \(card.status)\">\(card.status)</span>"
  }
}

extension String {
  /// The text, cut with an ellipsis where it is longer.
  func shortened(to count: Int) -> String {
    self.count <= count ? self : prefix(count) + "…"
  }
}
