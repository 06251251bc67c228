import Audit

extension HTMLReport {
  /// The model, the data, and when and by what the audit was made.
  func header(_ report: AuditReport) -> HTML {
    let model = report.model
    let shape = model.inputShape.map { "\($0)" }.joined(separator: " × ")
    let facts = [
      ("Data", "\(report.data.path.lastPathPart), \(report.data.examples.grouped) examples"),
      ("Input", shape.isEmpty ? "scalar" : shape), ("Classes", model.classes.grouped),
      ("Parameters", model.parameters.grouped), ("Policy", report.policy),
    ].filter { !$0.1.isEmpty }.map { "<div><dt>\($0)</dt><dd>\($1)</dd></div>" as HTML }
    return """
      <header class="top">
      <div class="inner">
      <p class="brand"><span class="mark" aria-hidden="true"></span>Assay \
      <span>\(report.method ?? "model audit")</span></p>
      <p class="when">\(dateText(report.started))</p>
      <h1>\(model.path.lastPathPart)</h1>
      <dl class="facts">
      \(facts)
      </dl>
      </div>
      </header>
      """
  }

  /// The list of checks, as links.
  func contents(_ report: AuditReport) -> HTML {
    let links = report.findings.enumerated().map { index, finding -> HTML in
      """
      <li><a href="#\(finding.anchor(index))"><span class="tint \(finding.status.rawValue)">\
      \(finding.status.icon)</span><span class="hidden">\(finding.status.word): </span>\
      \(finding.title)</a></li>
      """
    }
    return """
      <nav class="contents" aria-label="Checks">
      <p class="eyebrow" aria-hidden="true">Checks</p>
      <ul>
      \(links)
      </ul>
      </nav>
      """
  }

  /// The band that answers the question the audit was made for.
  func verdict(_ report: AuditReport) -> HTML {
    let status = report.verdict
    let counts = [Finding.Status.fail, .warn, .pass, .skipped].compactMap { status -> HTML? in
      let count = report.count(of: status)
      guard count > 0 else { return nil }
      return """
        <li><span class="tint \(status.rawValue)">\(status.icon)</span><b>\(count)</b> \
        \(status.noun(count))</li>
        """
    }
    let tiles = report.findings.filter { $0.status != .skipped }.compactMap { finding in
      finding.metrics.first.map {
        MetricTile(name: $0.name, metric: $0.value, finding: finding.title).html
      }
    }.prefix(6)
    return """
      <section class="verdict \(status.rawValue)" aria-labelledby="verdict-title">
      <div class="band">
      \(status.icon)
      <div>
      <h2 id="verdict-title"><span class="hidden">Verdict: </span>\(status.word)</h2>
      <p>\(report.verdictReason)</p>
      </div>
      </div>
      <ul class="counts" aria-label="Checks by status">
      \(counts)
      </ul>
      <dl class="tiles">
      \(Array(tiles))
      </dl>
      </section>
      """
  }

  /// What to do, the most pressing first; nothing if there is no advice.
  func advice(_ report: AuditReport) -> HTML? {
    let order: [Finding.Status] = [.fail, .warn, .skipped, .pass]
    let items = order.flatMap { status in
      report.findings.enumerated().filter { $1.status == status }.flatMap { index, finding in
        finding.advice.map { text -> HTML in
          """
          <li>\(status.adviceBadge)<div><p>\(text)</p>\
          <a href="#\(finding.anchor(index))">\(finding.title)</a></div></li>
          """
        }
      }
    }
    guard !items.isEmpty else { return nil }
    return """
      <section class="advice" aria-labelledby="advice-title">
      <h2 id="advice-title">What to do</h2>
      <ol>
      \(items)
      </ol>
      </section>
      """
  }

  /// The date and the time of an ISO 8601 text, for people; the text itself if it has another form.
  private func dateText(_ iso: String) -> String {
    let parts = iso.split(separator: "T")
    guard parts.count == 2, parts[1].count >= 5 else { return iso }
    return "\(parts[0]), \(parts[1].prefix(5))" + (iso.hasSuffix("Z") ? " UTC" : "")
  }
}

extension Finding.Status {
  fileprivate func noun(_ count: Int) -> String {
    switch self {
    case .pass: count == 1 ? "pass" : "passes"
    case .warn: count == 1 ? "warning" : "warnings"
    case .fail: count == 1 ? "failure" : "failures"
    case .skipped: "skipped"
    }
  }
}

extension Finding {
  /// The id of this finding's section, where it is the `index`th.
  func anchor(_ index: Int) -> String { "check-\(index + 1)-\(id.htmlIdentifier)" }
}
