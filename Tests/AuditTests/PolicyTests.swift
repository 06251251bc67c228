import Foundation
import Testing

@testable import Audit

struct PolicyTests {
  /// A file that is no policy, and what the error says of it.
  static let faults: [(json: String, words: String)] = [
    ("", "it is no policy"),
    ("[1, 2", "it is no policy"),
    ("[]", "wanted at the top"),
    ("{\"rules\": []}", "'name' is missing"),
    ("{\"name\": \"p\"}", "'rules' is missing"),
    ("{\"name\": 3, \"rules\": []}", "a String is wanted at name"),
    ("{\"name\": \"p\", \"rules\": [{\"atLeast\": 1}]}", "'metric' is missing at rules.[0]"),
    (rule("\"metric\": \"accuracy\", \"atLeast\": 1"), "'accuracy' is no metric"),
    (rule("\"metric\": \"accuracy.a.b\", \"atLeast\": 1"), "'accuracy.a.b' is no metric"),
    (rule("\"metric\": \"accuracy.\", \"atLeast\": 1"), "'accuracy.' is no metric"),
    (rule("\"metric\": \"acuracy.accuracy\", \"atLeast\": 1"), "there is no check 'acuracy'"),
    (rule("\"metric\": \"accuracy.accuracy\""), "has no 'atLeast' or 'atMost'"),
    (rule("\"metric\": \"accuracy.accuracy\", \"atLeast\": \"x\""), "a Double is wanted"),
    (
      rule("\"metric\": \"accuracy.accuracy\", \"atLeast\": 1, \"severity\": \"grave\""),
      "at rules.[0].severity"
    ),
    (
      rule("\"metric\": \"attack.robustAccuracy\", \"atLeast\": 1, \"radius\": -1"),
      "has the radius -1.0"
    ),
  ]

  private static func rule(_ members: String) -> String {
    "{\"name\": \"p\", \"rules\": [{\(members)}]}"
  }

  @Test("A file that is no policy is refused, and the error says why", arguments: faults)
  func refuses(_ fault: (json: String, words: String)) {
    #expect {
      try Policy(json: Data(fault.json.utf8), path: "p.json")
    } throws: { error in
      "\(error)".hasPrefix("p.json: ") && "\(error)".contains(fault.words)
    }
  }

  @Test("A policy survives being written down")
  func roundTrip() throws {
    let bytes = try JSONEncoder().encode(Policy.standard)
    #expect(try Policy(json: bytes, path: "p") == .standard)
  }

  struct Case: Sendable, CustomTestStringConvertible {
    let rule: Policy.Rule
    var before = Finding.Status.pass
    let after: Finding.Status
    var note: String?
    var testDescription: String { "\(rule.text), \(before)" }
  }

  static let cases: [Case] = [
    Case(rule: .init(metric: "c.m", atLeast: 0.5), after: .pass),
    Case(rule: .init(metric: "c.m", atLeast: 0.8), after: .pass, note: "reaches over the limit"),
    Case(rule: .init(metric: "c.m", atLeast: 0.81), after: .fail, note: "reaches over the limit"),
    Case(rule: .init(metric: "c.m", atLeast: 0.95), after: .fail),
    Case(rule: .init(metric: "c.m", atLeast: 0.95, severity: .warn), after: .warn),
    Case(rule: .init(metric: "c.m", atMost: 0.5), after: .fail),
    Case(rule: .init(metric: "c.m", atLeast: 0.2, atMost: 0.95), after: .pass),
    Case(rule: .init(metric: "c.m", atLeast: 0.1), before: .warn, after: .warn),
    Case(rule: .init(metric: "c.m", atLeast: 0.1), before: .fail, after: .fail),
    Case(rule: .init(metric: "c.nan", atLeast: 0), after: .fail),
    Case(rule: .init(metric: "c.nan", atMost: 1, severity: .warn), after: .warn),
    Case(rule: .init(metric: "c.none", atLeast: 0), after: .fail, note: "was not measured"),
    Case(rule: .init(metric: "d.m", atLeast: 2), after: .pass),
    Case(rule: .init(metric: "c.s", atLeast: 0.6, radius: 0.1), after: .pass),
    Case(rule: .init(metric: "c.s", atLeast: 0.6, radius: 0.2), after: .fail),
    Case(
      rule: .init(metric: "c.s", atLeast: 0.1, radius: 0.3), after: .fail, note: "was not measured"),
    Case(rule: .init(metric: "c.none", atLeast: 0), before: .skipped, after: .fail),
    Case(
      rule: .init(metric: "c.none", atLeast: 0, severity: .warn), before: .skipped, after: .skipped,
      note: "was not measured"),
  ]

  @Test("Rules judge what was measured, and what was not meets none", arguments: cases)
  func judges(_ example: Case) {
    let finding = Finding(
      id: "c", title: "C", status: example.before, summary: "",
      metrics: ["m": Metric(0.8, low: 0.7, high: 0.9), "nan": Metric(.nan)],
      series: [
        "s": [
          SeriesPoint(norm: "linf", radius: 0.1, value: 0.7),
          SeriesPoint(norm: "linf", radius: 0.2, value: 0.5),
        ]
      ])
    let judged = Policy(name: "p", rules: [example.rule]).judging(finding)
    #expect(judged.status == example.after)
    if let note = example.note { #expect(judged.notes.contains { $0.contains(note) }) }
    #expect((judged.requirement != nil) == example.rule.metric.hasPrefix("c."))
  }
}
