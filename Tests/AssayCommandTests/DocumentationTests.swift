import Catalogue
import Evidence
import Foundation
import TestSupport
import Testing

@testable import AssayCommand

struct DocumentationTests {
  @Test(
    "The documentation's tables are up to date: ./assay papers table README.md Documentation/*.md",
    arguments: [
      "README.md", "Documentation/papers.md", "Documentation/attack.md",
      "Documentation/certification.md",
      "Documentation/confidence.md", "Documentation/explanation.md", "Documentation/hardening.md",
      "Documentation/training.md",
    ])
  func documentationTables(file: String) throws {
    let root = TestFiles.package.path
    let tables = try DocumentationTables(
      catalogue: Catalogue(), evidence: EvidenceStore(path: root + "/Evidence"))
    let text = try String(contentsOfFile: root + "/" + file, encoding: .utf8)
    #expect(tables.replacing(in: text) == text)
  }

  @Test("The lists of methods, experiments and calls are what Scripts/lists writes")
  func lists() throws {
    let process = Process()
    process.executableURL = TestFiles.package.appending(path: "Scripts/lists")
    process.arguments = ["--check"]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationStatus == 0, "\(text)")
  }
}
