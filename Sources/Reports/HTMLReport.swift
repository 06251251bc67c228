import Audit

/// The report for people: one file that needs no network and opens from disk.
///
/// Charts are Vega-Lite specifications that one inlined script draws. Every chart has a table of
/// its data; without the script, the tables are all there is.
public struct HTMLReport: ReportFormat {
  /// A script that sets `window.vegaEmbed`, as `Scripts/make-chart-bundle` makes it; `nil` for
  /// tables only.
  public var chartBundle: String?

  public init(chartBundle: String?) { self.chartBundle = chartBundle }

  public func text(of report: AuditReport) -> String {
    let isAudit = report.method == nil
    let sections = report.findings.enumerated().map {
      FindingSection($1, index: $0, charts: draws, isJudged: isAudit)
    }
    let page: HTML = """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; \
      style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:; base-uri 'none'; \
      form-action 'none'">
      <meta name="color-scheme" content="light dark">
      <meta name="generator" content="Assay \(report.version)">
      <title>\(title(report))</title>
      <style>
      \(HTML(trusted: Self.style))
      </style>
      </head>
      <body>
      <a class="skip" href="#main">Skip to the findings</a>
      \(header(report))
      <div class="page\(isAudit ? "" : " single")">
      \(isAudit ? contents(report) : nil)
      <main id="main" tabindex="-1">
      \(isAudit ? verdict(report) : nil)
      \(isAudit ? advice(report) : nil)
      \(sections.map(\.html))
      </main>
      </div>
      \(footer(report))
      \(scripts(sections))
      </body>
      </html>

      """
    return page.text
  }

  private func title(_ report: AuditReport) -> String {
    let name = report.model.path.lastPathPart
    return report.method.map { "\($0) of \(name)" } ?? "\(report.verdict.word): audit of \(name)"
  }

  private var draws: Bool { chartBundle != nil }

  /// The bundle and the script that draws; nothing if there is nothing to draw.
  private func scripts(_ sections: [FindingSection]) -> HTML? {
    guard let chartBundle, sections.contains(where: \.hasCharts) else { return nil }
    let bundle = chartBundle.replacing("</script", with: "<\\/script").replacing(
      "<!--", with: "<\\!--")
    return """
      <script>
      (() => {
      \(HTML(trusted: bundle))
      })();
      </script>
      <script>
      \(HTML(trusted: Self.drawingScript))
      </script>
      """
  }
}

extension Finding.Status {
  /// The word for this status; never left to color alone.
  var word: String {
    switch self {
    case .pass: "Pass"
    case .warn: "Warning"
    case .fail: "Fail"
    case .skipped: "Skipped"
    }
  }

  /// A sign of this status that differs in shape, hidden from screen readers.
  var icon: HTML {
    let path: HTML =
      switch self {
      case .pass: "<path d=\"M4.6 8.3l2.3 2.3 4.6-5\"/>"
      case .warn: "<path d=\"M8 4.4v4.4M8 11.4v.2\"/>"
      case .fail: "<path d=\"M5.4 5.4l5.2 5.2M10.6 5.4l-5.2 5.2\"/>"
      case .skipped: "<path d=\"M5 8h6\"/>"
      }
    let outline: HTML =
      switch self {
      case .pass: "<circle cx=\"8\" cy=\"8\" r=\"8\"/>"
      case .warn: "<path class=\"fill\" d=\"M8 0l8 14.6H0z\"/>"
      case .fail: "<path class=\"fill\" d=\"M4.7 0h6.6L16 4.7v6.6L11.3 16H4.7L0 11.3V4.7z\"/>"
      case .skipped: "<rect width=\"16\" height=\"16\" rx=\"4\"/>"
      }
    return "<svg class=\"icon\" viewBox=\"0 0 16 16\" aria-hidden=\"true\">\(outline)\(path)</svg>"
  }

  /// The icon and the word in the colors of this status.
  var badge: HTML { "<span class=\"badge \(rawValue)\">\(icon)\(word)</span>" }

  /// What marks a piece of advice: where nothing is wrong it is a tip.
  var adviceBadge: HTML {
    self == .pass ? "<span class=\"badge skipped\">Tip</span>" : badge
  }
}
