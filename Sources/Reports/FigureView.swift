import Audit

/// A figure on the page: its title, what it shows, and the same as a table.
struct FigureView {
  var figure: Figure
  /// An id that no other figure on the page has.
  var identifier: String
  /// Whether a script will draw the charts.
  var drawsCharts: Bool

  init(figure: Figure, identifier: String, charts: Bool) {
    (self.figure, self.identifier, drawsCharts) = (figure, identifier, charts)
  }

  /// What a script has to draw; none for figures that are plain HTML.
  var charts: [Chart] {
    switch figure {
    case .reliability(let figure): figure.charts
    case .curve(let figure): [figure.chart]
    case .sandwich(let figure): [figure.chart]
    case .bars(let figure): [figure.chart]
    case .confusion, .gallery, .saliency, .table: []
    }
  }

  var html: HTML {
    switch figure {
    case .reliability(let figure):
      drawn(figure.title, figure.legend, figure.caption, figure.table)
    case .curve(let figure): drawn(figure.title, figure.legend, nil, figure.table)
    case .sandwich(let figure): drawn(figure.title, figure.legend, figure.caption, figure.table)
    case .bars(let figure): drawn(figure.title, [], figure.caption, figure.table)
    case .confusion(let figure): plain(figure.title, figure.caption, figure.html)
    case .gallery(let figure): plain(figure.title, nil, figure.html)
    case .saliency(let figure): plain(figure.title, nil, figure.html)
    case .table(let figure):
      plain(
        figure.title, nil,
        DataTable(caption: figure.title, columns: figure.columns, rows: figure.rows).html)
    }
  }

  /// A figure with charts, and the table behind a disclosure; without a script, the table alone.
  private func drawn(
    _ title: String, _ legend: [LegendEntry], _ caption: String?, _ table: DataTable
  ) -> HTML {
    guard drawsCharts else { return plain(title, caption, table.html) }
    let list: HTML? =
      legend.isEmpty ? nil : "<ul class=\"legend\" aria-hidden=\"true\">\(legend.map(\.html))</ul>"
    let drawings = charts.enumerated().map { $1.html(identifier: "\(identifier)-\($0 + 1)") }
    return plain(
      title, caption,
      """
      \(list)
      \(drawings)
      <details>
      <summary>Data table<span class="hidden">: \(title)</span></summary>
      \(table.html)
      </details>
      """)
  }

  private func plain(_ title: String, _ caption: String?, _ content: HTML) -> HTML {
    let caption = caption.map { "<figcaption>\($0)</figcaption>" as HTML }
    return """
      <figure id="\(identifier)" aria-labelledby="\(identifier)-title">
      <h3 id="\(identifier)-title">\(title)</h3>
      \(caption)
      \(content)
      </figure>
      """
  }
}
