import Datasets
import Foundation
import Reports
import Synchronization
import Tensors
import Testing

@testable import Audit

struct AuditTests {
  private struct Broken: Check {
    let id = "broken"
    let title = "Broken"
    func run(_ context: inout AuditContext) throws -> Finding {
      throw CheckSkipped("It is broken.")
    }
  }

  private struct Cancelled: Check {
    let id = "cancelled"
    let title = "Cancelled"
    func run(_ context: inout AuditContext) throws -> Finding { throw CancellationError() }
  }

  private func subject() throws -> AuditSubject {
    let (network, data) = try Samples.images()
    return try AuditSubject(network: network, data: data)
  }

  /// A finding without what differs from run to run.
  private func essence(_ finding: Finding) -> Finding {
    var finding = finding
    finding.seconds = 0
    return finding
  }

  private let settings = AuditSettings(radii: [0.05, 0.4], seed: 5)

  @Test("A check that throws is skipped with its reason, and the others run")
  func throwingCheck() throws {
    let findings = try Audit(checks: [Broken(), AccuracyCheck()]).run(subject())
    #expect(findings.map(\.id) == ["broken", "accuracy"])
    #expect(findings[0].status == .skipped && findings[0].notes == ["It is broken."])
    #expect(findings[1].status == .pass)
  }

  @Test("Cancellation ends the audit")
  func cancellation() throws {
    #expect(throws: CancellationError.self) {
      try Audit(checks: [Cancelled(), AccuracyCheck()]).run(subject())
    }
  }

  @Test("An unknown check is named, and so are those there are")
  func unknownCheck() {
    #expect(
      throws: AuditError.unknownCheck(name: "acuracy", known: Audit.standardChecks.map(\.id))
    ) {
      try Audit().keeping(only: ["acuracy"])
    }
  }

  @Test("A finding is the same whichever other checks run")
  func independence() throws {
    let whole = try Audit().run(subject(), settings: settings)
    #expect(whole.map(\.id) == Audit.standardChecks.map(\.id))
    for finding in whole where finding.id != "resources" {
      let alone = try Audit().keeping(only: [finding.id]).run(subject(), settings: settings)
      #expect(alone.map(essence) == [essence(finding)])
    }
  }

  @Test("Another seed draws other numbers")
  func seeds() throws {
    let audit = try Audit().keeping(only: ["corruptions"])
    var other = settings
    other.seed = 6
    let (network, images) = try Samples.images()
    let gray = images.replacingInputs(with: images.inputs * 0.05 + 0.5)
    let subject = try AuditSubject(network: network, data: gray)
    let findings = try [settings, other].map { try audit.run(subject, settings: $0)[0] }
    #expect(findings[0].figures != findings[1].figures)
  }

  @Test("Radii of the policy are looked at besides those of the settings")
  func radiiOfPolicy() throws {
    let rule = Policy.Rule(metric: "attack.robustAccuracy", atLeast: 0, radius: 0.125)
    let audit = try Audit(policy: Policy(name: "p", rules: [rule])).keeping(only: ["attack"])
    let finding = try audit.run(subject(), settings: settings)[0]
    #expect(finding.series["robustAccuracy"]?.map(\.radius) == [0.05, 0.125, 0.4])
    #expect(finding.status == .pass)
  }

  @Test("Progress goes up and names every check")
  func progress() throws {
    let seen = Mutex<[Audit.Progress]>([])
    _ = try Audit().run(subject(), settings: settings) { step in seen.withLock { $0.append(step) } }
    let steps = seen.withLock { $0 }
    #expect(zip(steps, steps.dropFirst()).allSatisfy { $0.share <= $1.share })
    #expect(Set(steps.map(\.check)) == Set(Audit.standardChecks.map(\.id)))
  }

  @Test("The JSON report keeps its contract")
  func contract() throws {
    let findings = try Audit().run(subject(), settings: settings)
    let report = AuditReport(
      version: "1", seed: 5, command: "",
      model: .init(
        path: "m", sha256: "0", parameters: 72, flops: 144, inputShape: [1, 6, 6], classes: 2),
      data: .init(path: "d", sha256: "0", examples: 24),
      environment: .init(machine: "", threads: 1),
      started: "", seconds: 0, policy: "p", findings: findings)
    let text = JSONReport().text(of: report)
    let root = try #require(
      try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    #expect(Set(["assay", "seed", "model", "data", "checks"]).isSubset(of: root.keys))
    let checks = try #require(root["checks"] as? [[String: Any]])
    func metrics(_ id: String) -> [String: Any] {
      checks.first { $0["id"] as? String == id }?["metrics"] as? [String: Any] ?? [:]
    }
    let wanted: [(String, [String])] = [
      ("accuracy", ["accuracy"]),
      ("calibration", ["ece15", "adaptiveEce", "nll", "brier", "temperature"]),
      ("selective", ["aurc"]), ("corruptions", ["meanAccuracy"]), ("resources", ["latencyMs64"]),
    ]
    for (id, names) in wanted {
      #expect(Set(names).isSubset(of: metrics(id).keys), "\(id)")
    }
    for (id, name) in [("attack", "robustAccuracy"), ("certificate", "certifiedAccuracy")] {
      let series = checks.first { $0["id"] as? String == id }?["series"] as? [String: Any]
      let points = try #require(series?[name] as? [[String: Any]])
      #expect(points.map { $0["norm"] as? String } == ["linf", "linf"])
      #expect(points.map { $0["radius"] as? Double } == [0.05, 0.4])
      #expect(points.allSatisfy { $0["value"] is Double && $0["low"] != nil && $0["high"] != nil })
    }
  }
}
