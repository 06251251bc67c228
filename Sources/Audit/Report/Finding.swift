/// What one check found out about a model.
public struct Finding: Sendable, Hashable {
  /// How a check went, judged by a policy.
  public enum Status: String, Sendable, Hashable, CaseIterable {
    /// The requirement is met.
    case pass
    /// Worth a look; no requirement is broken.
    case warn
    /// A requirement is broken.
    case fail
    /// The check could not run on this model or data; the notes say why.
    case skipped
  }

  /// The stable name of the check: `accuracy`, `attack`.
  public var id: String
  /// The name a reader sees.
  public var title: String
  public var status: Status
  /// One sentence in plain words.
  public var summary: String
  public var metrics: NamedList<Metric>
  public var series: NamedList<[SeriesPoint]>
  public var figures: [Figure]
  /// What to do about it, the most useful first.
  public var advice: [String]
  /// What else a reader should know, such as why the check was skipped.
  public var notes: [String]
  /// The rule of the policy that the status comes from, in words; `nil` if there is none.
  public var requirement: String?
  /// How long the check took.
  public var seconds: Double

  public init(
    id: String, title: String, status: Status, summary: String,
    metrics: NamedList<Metric> = [:], series: NamedList<[SeriesPoint]> = [:],
    figures: [Figure] = [], advice: [String] = [], notes: [String] = [],
    requirement: String? = nil, seconds: Double = 0
  ) {
    self.id = id
    self.title = title
    self.status = status
    self.summary = summary
    self.metrics = metrics
    self.series = series
    self.figures = figures
    self.advice = advice
    self.notes = notes
    self.requirement = requirement
    self.seconds = seconds
  }
}
