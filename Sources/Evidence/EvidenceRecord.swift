import Methods

/// What one run of an experiment found, with what is needed to judge and to repeat it.
public struct EvidenceRecord: Sendable, Hashable, Codable {
  /// The version of the format; another one is not read.
  public let format: Int
  public let paper: PaperID
  /// The public API that the experiment called.
  public let methods: [String]
  public let scale: ExperimentScale
  public let seeds: [UInt64]
  /// The claims with their verdicts, in the experiment's order.
  public let findings: [ClaimEvidence]
  /// What was measured, by seed and then by claim.
  public let measurements: [Measurement]
  public let versions: SoftwareVersions
  public let machine: Machine
  /// How many threads one operation could use.
  public let threads: Int
  /// How many seeds ran side by side.
  public let jobs: Int
  /// What tuning came to, arm by arm; empty if nothing was tuned.
  public let tuning: [TunedArm]
  public let provenance: Provenance
  /// What earlier runs found where the verdict is another one now, the latest first.
  public internal(set) var formerVerdicts: [FormerVerdict]
  /// When the run began or went on, as an ISO 8601 date and time.
  public let date: String
  /// The wall time that the seeds took, added up.
  public let seconds: Double

  static let currentFormat = 2

  /// Judges `claims` by `measurements`.
  public init(
    paper: PaperID, methods: [String], scale: ExperimentScale, seeds: [UInt64], claims: [Claim],
    measurements: [Measurement], versions: SoftwareVersions, machine: Machine = .current,
    threads: Int, jobs: Int, tuning: [TunedArm] = [], provenance: Provenance = Provenance(),
    formerVerdicts: [FormerVerdict] = [], date: String, seconds: Double
  ) {
    format = Self.currentFormat
    (self.paper, self.methods, self.scale, self.seeds) = (paper, methods, scale, seeds)
    findings = ClaimEvidence.judge(claims, by: measurements)
    (self.measurements, self.versions, self.machine) = (measurements, versions, machine)
    (self.threads, self.jobs, self.date, self.seconds) = (threads, jobs, date, seconds)
    (self.tuning, self.provenance, self.formerVerdicts) = (tuning, provenance, formerVerdicts)
  }

  /// The multiplications and additions of all measurements that counted them, or nil if none did.
  public var flops: Double? {
    let counts = measurements.compactMap(\.flops)
    return counts.isEmpty ? nil : counts.reduce(0, +)
  }
}
