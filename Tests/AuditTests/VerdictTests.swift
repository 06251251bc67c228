import Audit
import Testing

struct VerdictTests {
  /// The statuses of the findings, the verdict, and the sentence that explains it.
  static let cases: [([Finding.Status], Finding.Status, String)] = [
    ([], .skipped, "No check could run on this model and data."),
    ([.skipped], .skipped, "No check could run on this model and data."),
    ([.pass, .pass], .pass, "Every check meets the policy."),
    ([.pass, .skipped], .pass, "Every check that could run meets the policy; 1 could not run."),
    ([.pass, .warn], .warn, "No requirement is broken, but one check deserves a look: C1."),
    (
      [.warn, .warn, .pass], .warn,
      "No requirement is broken, but 2 checks deserve a look: C0 and C1."
    ),
    ([.warn, .fail], .fail, "One of 2 checks does not meet the policy: C1."),
    (
      [.fail, .fail, .fail, .pass], .fail, "3 of 4 checks do not meet the policy: C0, C1 and C2."
    ),
  ]

  @Test("The verdict is the worst status of a check that ran", arguments: cases)
  func verdict(_ statuses: [Finding.Status], _ expected: Finding.Status, _ reason: String) {
    let findings = statuses.enumerated().map {
      Finding(id: "c\($0)", title: "C\($0)", status: $1, summary: "")
    }
    let report = AuditReport(
      version: "1", seed: 0, command: "",
      model: .init(path: "m", sha256: "", parameters: 0, flops: nil, inputShape: [], classes: 2),
      data: .init(path: "d", sha256: "", examples: 1), environment: .init(machine: "", threads: 1),
      started: "", seconds: 0, policy: "p", findings: findings)
    #expect(report.verdict == expected)
    #expect(report.verdictReason == reason)
  }
}
