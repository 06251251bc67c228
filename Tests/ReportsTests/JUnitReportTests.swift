import Audit
import Foundation
import Testing

@testable import Reports

#if canImport(FoundationXML)
  import FoundationXML
#endif

struct JUnitReportTests {
  @Test("Build servers see each check with its outcome")
  func outcomes() throws {
    let document = try parse(.sample)
    #expect(document.count("testcase") == 10 && document.count("failure") == 2)
    #expect(document.count("skipped") == 1 && document.count("system-out") == 2)
    let suite = try #require(document.attributes["testsuite"]?.first)
    #expect(suite["tests"] == "10" && suite["failures"] == "2" && suite["skipped"] == "1")
    let failure = try #require(document.attributes["failure"]?.first)
    #expect(failure["message"]?.contains("fools the model") == true)
    #expect(document.text.contains("Required: robust accuracy at radius 0.1 at least 0.50"))
  }

  @Test("Hostile text is escaped, and characters that XML forbids are left out")
  func hostile() throws {
    let document = try parse(.hostile)
    let name = AuditReport.hostile.policy.replacing("\u{1}", with: "")
    #expect(document.attributes["testcase"]?.first?["name"] == name)
    #expect("a\u{0}\u{1F}\u{FFFE}<\n".xmlEscaped == "a&lt;&#10;")
  }

  @Test("The text is the same every time")
  func deterministic() {
    #expect(JUnitReport().text(of: .sample) == JUnitReport().text(of: .sample))
  }

  private func parse(_ report: AuditReport) throws -> ParsedXML {
    let document = ParsedXML()
    let parser = XMLParser(data: Data(JUnitReport().text(of: report).utf8))
    parser.delegate = document
    try #require(parser.parse(), "\(parser.parserError.debugDescription)")
    return document
  }
}

/// The elements of a document, by name.
private final class ParsedXML: NSObject, XMLParserDelegate {
  var attributes: [String: [[String: String]]] = [:]
  var text = ""

  func count(_ name: String) -> Int { attributes[name]?.count ?? 0 }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
    qualifiedName: String?, attributes found: [String: String]
  ) { attributes[name, default: []].append(found) }

  func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }
}
