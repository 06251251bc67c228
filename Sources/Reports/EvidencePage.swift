import Evidence
import Foundation

/// What was found of many papers on one page that needs no network: effects as a forest plot,
/// identities as a table.
public struct EvidencePage {
  /// The papers of one room.
  public struct Room {
    public let name: String
    public let papers: [Paper]

    public init(name: String, papers: [Paper]) {
      (self.name, self.papers) = (name, papers)
    }
  }

  /// A paper's record.
  public struct Paper {
    public let title: String
    public let record: EvidenceRecord
    /// Whether the experiment or a method of it changed since.
    public let isStale: Bool

    public init(title: String, record: EvidenceRecord, isStale: Bool) {
      (self.title, self.record, self.isStale) = (title, record, isStale)
    }
  }

  private let rooms: [Room]
  private let rates: FalseDiscoveryRates

  public init(_ rooms: [Room]) {
    self.rooms = rooms
    rates = FalseDiscoveryRates(rooms.flatMap { $0.papers.map(\.record) })
  }

  public var text: String {
    let all = FindingCounts(rooms.flatMap { $0.papers.flatMap(\.record.findings) })
    let page: HTML = """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; \
      style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
      <meta name="color-scheme" content="light dark">
      <title>Evidence</title>
      <style>
      \(HTML(trusted: Self.style))
      </style>
      </head>
      <body>
      <main>
      <h1>Evidence</h1>
      <p>\(all.text).</p>
      <p class="soft">Effects: the mean lead over the margin that the claim asks for, with its 95% \
      interval, in standard deviations over seeds; what lies right of the line supports the claim. \
      p is corrected for the paper's effects by Holm's procedure, q for those of all papers by \
      Benjamini and Hochberg's.</p>
      \(rooms.map(section))
      </main>
      </body>
      </html>

      """
    return page.text
  }

  private func section(_ room: Room) -> HTML {
    let counts = FindingCounts(room.papers.flatMap(\.record.findings))
    return """
      <h2>\(room.name)</h2>
      <p>\(counts.text).</p>
      \(table(of: .effect, in: room, columns: ["Effect", "Lead over the margin", "Found", "p", "q"], row: effectRow))
      \(table(of: .identity, in: room, columns: ["Identity", "Worst", "Trials", "Rate at most"], row: identityRow))
      """
  }

  private func table(
    of kind: Claim.Kind, in room: Room, columns: [String], row: (Paper, ClaimEvidence) -> HTML
  ) -> HTML? {
    let rows = room.papers.flatMap { paper in
      paper.record.findings.filter { $0.claim.kind == kind }.map { row(paper, $0) }
    }
    guard !rows.isEmpty else { return nil }
    let heads: [HTML] = columns.map { "<th scope=\"col\">\($0)</th>" }
    return """
      <div class="scroll"><table><thead><tr>\(heads)</tr></thead><tbody>
      \(rows)
      </tbody></table></div>
      """
  }

  private func name(_ paper: Paper, _ finding: ClaimEvidence) -> HTML {
    let stale: HTML? = paper.isStale ? " <span class=\"stale\">stale</span>" : nil
    return """
      <th scope="row"><span class="\(finding.verdict.rawValue)">\(finding.verdict.words)</span> \
      <b title="\(paper.title)">\(paper.record.paper.slug)</b>\(stale)<br>\(finding.claim.sentence)\
      <br><span class="soft">asked: \(finding.claim.asked)</span></th>
      """
  }

  private func effectRow(_ paper: Paper, _ finding: ClaimEvidence) -> HTML {
    let effect = finding.effect!
    let estimate = effect.estimate
    let rate = rates.rate(finding.claim.name, of: paper.record.paper)
    return """
      <tr>\(name(paper, finding))<td>\(plot(finding))</td>\
      <td>\(Self.number(estimate.value))<br><span class="soft">\(Self.number(estimate.low)) to \
      \(Self.number(estimate.high)), \(effect.seeds.count) seeds</span></td>\
      <td>\(effect.adjustedPValue.map(Self.number) ?? "")</td>\
      <td>\(rate.map(Self.number) ?? "")</td></tr>
      """
  }

  private func identityRow(_ paper: Paper, _ finding: ClaimEvidence) -> HTML {
    let worst = finding.worst!
    return """
      <tr>\(name(paper, finding))<td>\(Self.number(worst.value))</td><td>\(worst.trials)</td>\
      <td>\(worst.rateLimit(finding.claim.criterion).map(Self.number) ?? "")</td></tr>
      """
  }

  /// The interval on an axis from −6 to 6; what lies beyond ends in an arrow.
  private func plot(_ finding: ClaimEvidence) -> HTML? {
    guard let lead = finding.effect?.standardizedLead(finding.claim.criterion) else { return nil }
    let reach = 6.0
    func place(_ value: Double) -> Double { 130 + 120 * min(reach, max(-reach, value)) / reach }
    func text(_ value: Double) -> String { String(format: "%.1f", value) }
    let (low, high, middle) = (place(lead.low), place(lead.high), place(lead.value))
    let right: HTML? =
      lead.high > reach ? "<path d=\"M 250 7 l 8 5 l -8 5 z\" fill=\"currentColor\"/>" : nil
    let left: HTML? =
      lead.low < -reach ? "<path d=\"M 10 7 l -8 5 l 8 5 z\" fill=\"currentColor\"/>" : nil
    let label =
      "lead \(Self.number(lead.value)), from \(Self.number(lead.low)) to \(Self.number(lead.high))"
    return """
      <svg viewBox="0 0 260 24" width="260" height="24" role="img" aria-label="\(label)">\
      <line x1="10" x2="250" y1="12" y2="12" stroke="var(--line)"/>\
      <line x1="130" x2="130" y1="0" y2="24" stroke="var(--soft)"/>\
      <g class="\(finding.verdict.rawValue)"><line x1="\(text(low))" x2="\(text(high))" y1="12" \
      y2="12" stroke="currentColor" stroke-width="3"/>\
      <rect x="\(text(middle - 4))" y="8" width="8" height="8" fill="currentColor"/>\(left)\(right)\
      </g></svg>
      """
  }

  private static func number(_ value: Double) -> String { String(format: "%.3g", value) }

  private static let style = """
    :root { --ink: #1b2027; --soft: #58606c; --line: #d8d8d0; --good: #17693d; --bad: #b0271e;
      --open: #855300; --bg: #ffffff; }
    @media (prefers-color-scheme: dark) { :root { --ink: #e8eaee; --soft: #a3acb9; --line: #3a424d;
      --good: #62cc8e; --bad: #ff8b80; --open: #e6b450; --bg: #0f1216; } }
    body { margin: 0; background: var(--bg); color: var(--ink);
      font: 15px/1.45 system-ui, sans-serif; }
    main { max-width: 70rem; margin: 0 auto; padding: 1rem; }
    h2 { margin-top: 2.5rem; border-bottom: 1px solid var(--line); }
    .soft { color: var(--soft); }
    .supported { color: var(--good); } .notSupported { color: var(--bad); }
    .inconclusive { color: var(--open); }
    th span:first-child { font-weight: 600; }
    .stale { color: var(--open); border: 1px solid; border-radius: 3px; padding: 0 4px; }
    .scroll { overflow-x: auto; margin: 1rem 0; }
    table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
    td, th { text-align: left; vertical-align: top; padding: 6px 10px 6px 0;
      border-bottom: 1px solid var(--line); font-weight: normal; }
    thead th { font-weight: 600; } tbody th { max-width: 34rem; } td { white-space: nowrap; }
    """
}
