import Foundation
import Networks
import Tensors

/// Runs checks one after the other and judges what they find.
public struct Audit: Sendable {
  public var checks: [any Check]
  public var policy: Policy

  public init(checks: [any Check] = Audit.standardChecks, policy: Policy = .standard) {
    (self.checks, self.policy) = (checks, policy)
  }

  /// Every check there is, in the order of a report.
  public static let standardChecks: [any Check] = [
    AccuracyCheck(), CalibrationCheck(), SelectivePredictionCheck(), CorruptionsCheck(),
    AttackCheck(), CertificateCheck(), SandwichCheck(), ExplanationsCheck(), ResourcesCheck(),
  ]

  /// Keeps the checks called `ids`; what those build on stays too.
  ///
  /// - Throws: `AuditError.unknownCheck`.
  public func keeping(only ids: [String]) throws(AuditError) -> Audit {
    let known = checks.map(\.id)
    for id in ids where !known.contains(id) { throw .unknownCheck(name: id, known: known) }
    var kept = self
    kept.checks = checks.filter { ids.contains($0.id) }
    return kept
  }

  /// How far an audit is.
  public struct Progress: Sendable {
    public let check: String
    public let title: String
    /// How much of the whole audit is done, from 0 to 1.
    public let share: Double
  }

  /// Runs the checks.
  ///
  /// - Throws: what evaluating the model on the data throws, and `CancellationError`. What goes wrong in a check
  ///   makes that check skipped instead.
  public func run(
    _ subject: AuditSubject, settings: AuditSettings = AuditSettings(),
    report: @escaping @Sendable (Progress) -> Void = { _ in }
  ) throws -> [Finding] {
    var context = try AuditContext(subject, settings: settings)
    let seeds = seeds(from: settings.seed)
    var findings: [Finding] = []
    for (index, check) in checks.enumerated() {
      try Task.checkCancellation()
      let total = Double(checks.count)
      context.generator = Generator(seed: seeds[check.id] ?? settings.seed)
      context.report = { share in
        report(
          Progress(check: check.id, title: check.title, share: (Double(index) + share) / total))
      }
      context.report(0)
      findings.append(try judged(check, &context))
    }
    return findings
  }

  /// A seed for each check that does not depend on which others run.
  private func seeds(from seed: UInt64) -> [String: UInt64] {
    var generator = Generator(seed: seed)
    return Dictionary(
      uniqueKeysWithValues: Self.standardChecks.map { ($0.id, generator.next()) })
  }

  private func judged(_ check: any Check, _ context: inout AuditContext) throws -> Finding {
    let clock = ContinuousClock()
    let start = clock.now
    var finding: Finding
    do {
      finding = policy.judging(try check.run(&context))
    } catch let error as CancellationError {
      throw error
    } catch {
      finding = Finding(
        id: check.id, title: check.title, status: .skipped, summary: "This check could not run.",
        notes: ["\(error)"])
    }
    finding.seconds = (clock.now - start) / .seconds(1)
    return finding
  }
}
