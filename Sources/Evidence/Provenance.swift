/// Where a record comes from, beyond versions and machine.
public struct Provenance: Sendable, Hashable, Codable {
  /// The commit of the package that ran, with `+` behind it where files were changed; nil outside of
  /// a repository.
  public let commit: String?
  /// The digest of the sources of the experiment and of the methods that it names; nil where they
  /// were not at hand.
  public let sources: String?
  /// The digests of the data that were loaded, by name and part.
  public let data: [String: String]

  public init(commit: String? = nil, sources: String? = nil, data: [String: String] = [:]) {
    (self.commit, self.sources, self.data) = (commit, sources, data)
  }
}

/// What an earlier run found of a claim, and why there is another verdict now.
public struct FormerVerdict: Sendable, Hashable, Codable {
  public let claim: String
  public let sentence: String
  public let verdict: Verdict
  /// The number that the verdict was about.
  public let found: Double
  /// When the earlier run began, as an ISO 8601 date and time.
  public let date: String
  /// Everything that changed between the runs: the claim, the experiment's sources, seeds, grid.
  public let reasons: [String]
}
