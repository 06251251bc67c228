import Audit
import Foundation
import Testing

@testable import Reports

struct JSONReportTests {
  private func object(_ report: AuditReport) throws -> [String: Any] {
    let data = Data(JSONReport().text(of: report).utf8)
    return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
  }

  @Test("The keys of the contract are there")
  func contract() throws {
    let root = try object(.sample)
    #expect(root["assay"] as? String == "0.1.0")
    #expect(root["seed"] as? Int == 7)
    let model = try #require(root["model"] as? [String: Any])
    #expect(model["parameters"] as? Int == 18_346 && model["flops"] as? Int == 412_160)
    #expect(model["inputShape"] as? [Int] == [1, 8, 8] && model["classes"] as? Int == 10)
    #expect(model["path"] is String && model["sha256"] is String)
    let data = try #require(root["data"] as? [String: Any])
    #expect(data["examples"] as? Int == 540 && data["path"] is String && data["sha256"] is String)
    let checks = try #require(root["checks"] as? [[String: Any]])
    #expect(checks.count == 10)
    #expect(checks[0]["id"] as? String == "accuracy" && checks[0]["status"] as? String == "pass")
    let metrics = try #require(checks[0]["metrics"] as? [String: [String: Double]])
    #expect(metrics["accuracy"] == ["value": 0.974, "low": 0.957, "high": 0.985])
    let series = try #require(checks[4]["series"] as? [String: [[String: Any]]])
    let point = try #require(series["robustAccuracy"]?.last)
    #expect(Set(point.keys) == ["norm", "radius", "value", "low", "high"])
    #expect(point["norm"] as? String == "linf" && point["radius"] as? Double == 0.1)
  }

  @Test("The text is the same every time, with keys in order")
  func deterministic() {
    let text = JSONReport().text(of: .sample)
    #expect(text == JSONReport().text(of: .sample))
    let keys = ["\"assay\"", "\"seed\"", "\"model\"", "\"data\"", "\"checks\"", "\"verdict\""]
    let places = keys.compactMap { text.firstRange(of: $0)?.lowerBound }
    #expect(places.count == keys.count && places == places.sorted())
  }

  @Test("Numbers that are not finite are null, and hostile text survives unchanged")
  func hostile() throws {
    let root = try object(.hostile)
    let check = try #require((root["checks"] as? [[String: Any]])?.first)
    let name = AuditReport.hostile.policy
    #expect(check["id"] as? String == name)
    let metric = try #require((check["metrics"] as? [String: [String: Any]])?[name])
    #expect(metric["value"] is NSNull && metric["low"] is NSNull && metric["high"] is NSNull)
    #expect(root["seed"] as? UInt64 == .max)
    #expect(!JSONReport().text(of: .hostile).contains("</script"))
  }

  @Test(
    "Values are written as JSON",
    arguments: [
      (.null, "null"), (true, "true"), (3, "3"), (0.1, "0.1"), (.number(2), "2"),
      (.number(1e300), "1e+300"), (.number(-0.5), "-0.5"), (.number(.nan), "null"),
      (.number(-.infinity), "null"), ("a\"\\\n\u{1}é", #""a\"\\\n\u0001é""#),
      ("<b>&\u{2028}", #""\u003cb\u003e\u0026\u2028""#), ([1, [], [:]], "[1,[],{}]"),
      (["b": 1, "a": nil], #"{"b": 1,"a": null}"#),
    ] as [(JSONValue, String)])
  func values(_ value: JSONValue, _ text: String) { #expect(value.compactText == text) }
}
