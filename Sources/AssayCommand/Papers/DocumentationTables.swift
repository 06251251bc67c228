import Attacks
import Catalogue
import Certification
import Confidence
import Evidence
import Experiments
import Explanation
import Hardening
import Methods
import Training

/// The tables of the documentation, made from what runs, by the marks that they stand between.
struct DocumentationTables {
  private let tables: [(name: String, markdown: String)]

  init(catalogue: Catalogue, evidence: EvidenceStore) throws {
    let rooms = try Self.rooms(catalogue, evidence)
    tables =
      [
        ("papers", rooms.map(\.section).joined(separator: "\n\n")),
        ("rooms", Self.counts(rooms, of: catalogue.cards.count)),
        ("methods attack", MethodRegistry.attacks.markdown),
        ("methods certify", MethodRegistry.certifiers.markdown),
        ("methods calibrate", MethodRegistry.calibrators.markdown),
        ("methods detect", MethodRegistry.detectors.markdown),
        ("methods explain", MethodRegistry.attributions.markdown),
        ("methods harden", MethodRegistry.hardeningMethods.markdown),
        ("methods optimizer", MethodRegistry.optimizers.markdown),
        ("methods loss", MethodRegistry.losses.markdown),
      ]
  }

  /// What the tables are called in the marks.
  var names: [String] { tables.map(\.name) }

  /// `text` with each table between its marks, such as `<!-- papers -->` and `<!-- /papers -->`;
  /// nil if there is no pair of marks.
  func replacing(in text: String) -> String? {
    var (text, count) = (text, 0)
    for (name, markdown) in tables {
      guard let start = text.range(of: "<!-- \(name) -->"),
        let end = text.range(of: "<!-- /\(name) -->"), start.upperBound <= end.lowerBound
      else { continue }
      text.replaceSubrange(start.upperBound..<end.lowerBound, with: "\n" + markdown + "\n")
      count += 1
    }
    return count > 0 ? text : nil
  }

  /// The papers of one room.
  private struct Room {
    let name: String
    let papers: Int
    /// How many have a method here.
    let running: Int
    let claims: FindingCounts
    let section: String
  }

  private static func rooms(
    _ catalogue: Catalogue, _ evidence: EvidenceStore
  ) throws -> [Room] {
    let rates = FalseDiscoveryRates(try evidence.papers.compactMap(evidence.record(of:)))
    return try Set(catalogue.cards.map(\.target)).sorted().map { name in
      let cards = catalogue.cards.filter { $0.target == name }
      var rows: [String] = []
      var (running, findings): (Int, [ClaimEvidence]) = (0, [])
      for card in cards {
        let record = try evidence.record(of: card.paper)
        let status = Experiments.status(of: card.paper, record: record)
        if status != .listed { running += 1 }
        findings += record?.findings ?? []
        let counts = FindingCounts(record?.findings ?? [])
        rows.append(
          "| `\(card.paper)` | \(card.title) | \(status.rawValue) | \(counts.identitiesText) "
            + "| \(counts.effectsText) | \(record.map(rates.text) ?? "") |"
        )
      }
      return Room(
        name: name, papers: cards.count, running: running, claims: FindingCounts(findings),
        section: """
          ## \(name)

          \(running) of \(cards.count) run.

          | paper | title | status | identities held | effects | decided at a false discovery rate of 5% |
          | --- | --- | --- | --- | --- | --- |
          \(rows.joined(separator: "\n"))
          """)
    }
  }

  private static func counts(_ rooms: [Room], of papers: Int) -> String {
    let rows = rooms.map {
      "| \($0.name) | \($0.papers) | \($0.running) | \($0.claims.identitiesText) "
        + "| \($0.claims.effectsText) |"
    }
    return """
      \(rooms.map(\.running).reduce(0, +)) of \(papers) papers run here:

      | room | papers | run here | identities held | effects, tested again |
      | --- | --- | --- | --- | --- |
      \(rows.joined(separator: "\n"))
      """
  }
}

extension MethodRegistry {
  /// The methods and their settings as a Markdown table.
  fileprivate var markdown: String {
    let rows = entries.map { entry in
      let settings = entry.settings.map { "`\($0.name)=\($0.defaultValue)`" }
        .joined(separator: " ")
      return "| `\(entry.name)` | \(entry.summary) | \(entry.family) | \(entry.access.rawValue) | "
        + "\(settings) | \(entry.origin.markdown) |"
    }
    return """
      | method | what it does | family | sees | settings | source |
      | --- | --- | --- | --- | --- | --- |
      \(rows.joined(separator: "\n"))
      """
  }
}

extension MethodOrigin {
  fileprivate var markdown: String {
    switch self {
    case .paper(let paper): "`\(paper)`"
    case .yardstick(let source): source
    }
  }
}
