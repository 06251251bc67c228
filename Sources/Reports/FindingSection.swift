import Audit

/// The section of one finding.
struct FindingSection {
  private let finding: Finding
  private let anchor: String
  private let figures: [FigureView]
  /// Whether a policy judged the finding.
  private let isJudged: Bool
  /// Whether anything in the section is drawn by a script.
  let hasCharts: Bool

  init(_ finding: Finding, index: Int, charts: Bool, isJudged: Bool = true) {
    (self.finding, self.isJudged) = (finding, isJudged)
    anchor = finding.anchor(index)
    figures = finding.figures.enumerated().map {
      FigureView(figure: $1, identifier: "figure-\(index + 1)-\($0 + 1)", charts: charts)
    }
    hasCharts = charts && figures.contains { !$0.charts.isEmpty }
  }

  var html: HTML {
    """
    <section class="finding" id="\(anchor)" aria-labelledby="\(anchor)-title">
    <div class="title"><h2 id="\(anchor)-title">\(finding.title)</h2>\(isJudged ? finding.status.badge : nil)</div>
    <p class="summary">\(finding.summary)</p>
    \(requirement)
    \(tiles)
    \(figures.map(\.html))
    \(list("Advice", finding.advice, style: "todo"))
    \(list("Notes", finding.notes, style: "notes"))
    </section>
    """
  }

  private var requirement: HTML? {
    finding.requirement.map { "<p class=\"requirement\"><span>Policy</span> \($0)</p>" }
  }

  private var tiles: HTML? {
    guard !finding.metrics.isEmpty else { return nil }
    let tiles = finding.metrics.map { MetricTile(name: $0.name, metric: $0.value).html }
    return "<dl class=\"tiles\">\n\(tiles)\n</dl>"
  }

  private func list(_ title: String, _ items: [String], style: String) -> HTML? {
    guard !items.isEmpty else { return nil }
    let items = items.map { "<li>\($0)</li>" as HTML }
    return """
      <div class="\(style)">
      <h3>\(title)</h3>
      <ul>
      \(items)
      </ul>
      </div>
      """
  }
}
