import Methods

/// The effects of many papers, corrected together for their number.
///
/// Holm's correction keeps each paper from being right by chance; over a whole catalogue some would
/// be. An effect is called a discovery if the share of chance among discoveries stays below 5%.
public struct FalseDiscoveryRates: Sendable {
  private struct Key: Hashable {
    let paper: PaperID
    let claim: String
  }

  private let rates: [Key: Double]

  /// Corrects the p-values of all effects in `records` by Benjamini and Hochberg's procedure.
  public init(_ records: [EvidenceRecord]) {
    let effects = records.flatMap { record in
      record.findings.compactMap { finding in
        finding.effect?.pValue.map {
          (Key(paper: record.paper, claim: finding.claim.name), $0)
        }
      }
    }
    let adjusted = Multiplicity.benjaminiHochberg(effects.map(\.1))
    rates = Dictionary(uniqueKeysWithValues: zip(effects.map(\.0), adjusted))
  }

  /// The adjusted p-value of an effect; nil for identities, and where there is none.
  public func rate(_ claim: String, of paper: PaperID) -> Double? {
    rates[Key(paper: paper, claim: claim)]
  }

  /// How many effects of `record` are decided, either way, at 5%; such as `2 of 3`, empty if it has
  /// no effects.
  public func text(of record: EvidenceRecord) -> String {
    let effects = record.findings.filter { $0.claim.kind == .effect }
    guard !effects.isEmpty else { return "" }
    let decided = effects.count {
      rate($0.claim.name, of: record.paper).map { $0 <= 0.05 } ?? false
    }
    return "\(decided) of \(effects.count)"
  }
}
