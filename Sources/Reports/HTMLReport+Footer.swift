import Audit

extension HTMLReport {
  /// What is needed to repeat the run.
  func footer(_ report: AuditReport) -> HTML {
    let model = report.model
    let rows: [(String, String)] =
      [
        ("Model", model.path), ("Model SHA-256", model.sha256),
        ("Data", report.data.path), ("Data SHA-256", report.data.sha256),
        ("Operations", model.operations.map { "\($0.name) × \($0.value)" }.joined(separator: ", ")),
        ("FLOPs per example", model.flops?.grouped ?? "not counted"),
        ("Seed", "\(report.seed)"), ("Policy", report.policy),
        ("Started", report.started), ("Took", report.seconds.durationText),
        ("Machine", report.environment.machine), ("Threads", "\(report.environment.threads)"),
        ("Assay", report.version),
      ] + report.environment.versions.map { ($0.name, $0.value) }
    let list = rows.filter { !$0.1.isEmpty }.map { "<dt>\($0)</dt><dd>\($1)</dd>" as HTML }
    return """
      <footer class="bottom">
      <div class="inner">
      <section aria-labelledby="reproduce-title">
      <h2 id="reproduce-title">Reproduce this \(report.method == nil ? "audit" : "result")</h2>
      <p>The same command on the same files, with the same seed, machine and threads, gives the \
      same numbers; times vary.</p>
      <pre tabindex="0" aria-label="Command line"><code>\(report.command)</code></pre>
      <dl class="record">
      \(list)
      </dl>
      </section>
      </div>
      </footer>
      """
  }
}
