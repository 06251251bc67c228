import Networks
import Tensors

/// Runs checks one after the other and judges what they find.
public struct Audit: Sendable {
  /// What runs, in this order.
  public var checks: [any Check]
  public var policy: Policy
  /// The checks that are reported; nil for all. The others run because these build on them.
  private var reported: Set<String>?

  public init(checks: [any Check] = Audit.standardChecks, policy: Policy = .standard) {
    (self.checks, self.policy) = (checks, policy)
  }

  /// Every check there is, in the order of a report.
  public static let standardChecks: [any Check] = [
    AccuracyCheck(), CalibrationCheck(), SelectivePredictionCheck(), CorruptionsCheck(),
    AttackCheck(), CertificateCheck(), SandwichCheck(), ExplanationsCheck(), ResourcesCheck(),
  ]

  /// Keeps the checks called `ids`; what those build on runs too, but is not reported.
  ///
  /// - Throws: `AuditError.unknownCheck`.
  public func keeping(only ids: [String]) throws(AuditError) -> Audit {
    let known = checks.map(\.id)
    for id in ids where !known.contains(id) { throw .unknownCheck(name: id, known: known) }
    let needed = checks.filter { ids.contains($0.id) }.flatMap(\.buildsOn)
    var kept = self
    kept.checks = checks.filter { ids.contains($0.id) || needed.contains($0.id) }
    kept.reported = Set(ids)
    return kept
  }

  /// Runs the checks.
  ///
  /// The radii that the policy names are looked at besides those of the settings.
  ///
  /// - Throws: what evaluating the model on the data throws, and `CancellationError`. What goes
  ///   wrong in a check makes that check skipped instead.
  public func run(
    _ subject: AuditSubject, settings: AuditSettings = AuditSettings(),
    report: @escaping @Sendable (Progress) -> Void = { _ in }
  ) throws -> [Finding] {
    var settings = settings
    settings.radiiOfPolicy = policy.radii
    var context = try AuditContext(subject, settings: settings)
    var findings: [Finding] = []
    for (index, check) in checks.enumerated() {
      try Task.checkCancellation()
      let total = Double(checks.count)
      context.generator = Generator(seed: settings.seed, for: check.id)
      context.report = { share in
        report(
          Progress(check: check.id, title: check.title, share: (Double(index) + share) / total))
      }
      context.report(0)
      let finding = try judged(check, &context)
      if reported?.contains(check.id) ?? true { findings.append(finding) }
    }
    return findings
  }

  private func judged(_ check: any Check, _ context: inout AuditContext) throws -> Finding {
    let clock = ContinuousClock()
    let start = clock.now
    var finding: Finding
    do {
      finding = try check.run(&context)
    } catch let error as CancellationError {
      throw error
    } catch {
      finding = Finding(
        id: check.id, title: check.title, status: .skipped, summary: "This check could not run.",
        notes: ["\(error)"])
    }
    finding = policy.judging(finding)
    finding.seconds = (clock.now - start) / .seconds(1)
    return finding
  }
}

extension Audit {
  /// How far an audit is.
  public struct Progress: Sendable {
    public let check: String
    public let title: String
    /// How much of the whole audit is done, from 0 to 1.
    public let share: Double
  }
}

extension Generator {
  /// The random numbers of one check, whichever others run.
  fileprivate init(seed: UInt64, for check: String) {
    // FNV-1a spreads names; drawing once keeps seeds that lie close together apart.
    let name = check.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) {
      ($0 ^ UInt64($1)) &* 0x0100_0000_01b3
    }
    var seeded = Generator(seed: seed)
    self.init(seed: seeded.next() ^ name)
  }
}
