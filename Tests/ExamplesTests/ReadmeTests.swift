import Foundation
import TestSupport
import Testing

/// The README is true: its Swift is that of the examples, which run, and its commands work.
@Suite struct ReadmeTests {
  private let readme: String

  init() throws { readme = try Self.text(of: "README.md") }

  private static func text(of file: String) throws -> String {
    try String(contentsOf: TestFiles.package.appending(path: file), encoding: .utf8)
  }

  /// The text of the fenced blocks in a language.
  private func blocks(of language: String, in text: String) -> [String] {
    text.components(separatedBy: "```\(language)\n").dropFirst().map {
      $0.components(separatedBy: "```")[0]
    }
  }

  @Test("Every Swift block stands in an example, line for line")
  func swiftBlocksAreExamples() throws {
    let folder = TestFiles.package.appending(path: "Examples/Snippets")
    let sources = try FileManager.default.contentsOfDirectory(
      at: folder, includingPropertiesForKeys: nil
    ).map { try String(contentsOf: $0, encoding: .utf8) }
    let blocks = blocks(of: "swift", in: readme)
    #expect(blocks.count >= 2)
    for block in blocks {
      let indented = block.split(separator: "\n", omittingEmptySubsequences: false)
        .map { $0.isEmpty ? "" : "  \($0)" }.joined(separator: "\n")
      #expect(sources.contains { $0.contains(indented) }, "not in an example: \(block.prefix(60))")
    }
  }

  @Test("The examples run")
  func examplesRun() throws {
    let result = try BuiltProgram("AssaySnippets").run([], in: TestFiles.package)
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output.contains("at most"))
  }

  @Test(
    "Every command works, but those that build, take a reader's own files or serve",
    arguments: [
      "README.md", "Documentation/attack.md", "Documentation/certification.md",
      "Documentation/confidence.md",
      "Documentation/explanation.md", "Documentation/hardening.md", "Documentation/training.md",
    ])
  func commandsWork(file: String) throws {
    let lines = blocks(of: "sh", in: try Self.text(of: file)).flatMap { $0.split(separator: "\n") }
      .filter { $0.hasPrefix("./assay ") && !$0.contains("…") && !$0.contains(" serve") }
      .map { $0.split(separator: "#")[0].split(separator: " ").dropFirst().map(String.init) }
    #expect(lines.count >= 2)
    try TestFiles.withTemporaryFolder { folder in
      let examples = URL(fileURLWithPath: folder).appending(path: "Examples")
      try FileManager.default.createSymbolicLink(
        at: examples, withDestinationURL: TestFiles.package.appending(path: "Examples"))
      for arguments in lines {
        let result = try BuiltProgram("assay").run(arguments, in: URL(fileURLWithPath: folder))
        #expect(result.status == 0, "\(arguments.joined(separator: " ")): \(result.errors)")
      }
    }
  }
}
