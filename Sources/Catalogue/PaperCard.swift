import Evidence
import Methods

/// What Assay says of a paper: what it is, what it claims, and how its method is called here.
public struct PaperCard: Sendable, Hashable, Codable {
  /// The paper's name in commands.
  public let paper: PaperID
  public let title: String
  /// The field that it belongs to, such as `attacks`.
  public let family: String
  /// The room of the code in which its method lives, or will.
  public let target: String
  public let kind: Kind
  public let tier: Tier
  /// What the method is, in a sentence or two.
  public let what: String
  /// Its central formula, in plain signs; empty where there is none.
  public let formula: String
  /// What would show that it works, as it was planned.
  public let claim: String
  /// The same, part by part, with what became of each; nil for a paper that is only listed.
  public let clauses: [Clause]?
  /// How a user calls it; for a paper that is only listed, how it is planned to be called.
  public let api: String
  /// What it is compared with; empty where there is nothing.
  public let peer: String

  public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
    case method, theory, benchmark, application, survey
  }

  public enum Tier: String, Sendable, Hashable, Codable, CaseIterable {
    case core, method, study
  }
}
