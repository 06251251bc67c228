import Audit
import Foundation
import Testing

@testable import Reports

struct SARIFReportTests {
  private func run(_ report: AuditReport) throws -> [String: Any] {
    let data = Data(SARIFReport().text(of: report).utf8)
    let root = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    #expect(root["version"] as? String == "2.1.0")
    return try #require((root["runs"] as? [[String: Any]])?.first)
  }

  @Test("Every check is a rule; warnings and failures are results that point to their rule")
  func results() throws {
    let run = try run(.sample)
    let driver = try #require((run["tool"] as? [String: [String: Any]])?["driver"])
    #expect(driver["name"] as? String == "Assay" && driver["version"] as? String == "0.1.0")
    let rules = try #require(driver["rules"] as? [[String: Any]]).compactMap { $0["id"] as? String }
    #expect(rules == AuditReport.sample.findings.map(\.id))
    let results = try #require(run["results"] as? [[String: Any]])
    #expect(
      results.compactMap { $0["level"] as? String } == ["warning", "warning", "error", "error"])
    for result in results {
      let index = try #require(result["ruleIndex"] as? Int)
      #expect(rules[index] == result["ruleId"] as? String)
    }
  }

  @Test(
    "The place of a result is a valid reference to the model",
    arguments: [
      ("a b/mödel.onnx", "a%20b/m%C3%B6del.onnx"), ("/tmp/m.onnx", "file:///tmp/m.onnx"),
      ("c:d.onnx", "c%3Ad.onnx"),
    ])
  func location(_ path: String, _ uri: String) throws {
    var report = AuditReport.sample
    report.model.path = path
    #expect(SARIFReport().text(of: report).contains("\"uri\": \"\(uri)\""))
    #expect(URL(string: uri) != nil)
  }

  @Test("Hostile text survives unchanged")
  func hostile() throws {
    let result = try #require((try run(.hostile)["results"] as? [[String: Any]])?.first)
    #expect(result["ruleId"] as? String == AuditReport.hostile.policy)
  }
}
