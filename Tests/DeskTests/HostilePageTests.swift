import Foundation
import TestSupport
import Testing

@testable import Desk

/// Pages that were made to break whoever reads them.
struct HostilePageTests {
  private static let abstract = PageReadingTests.abstract

  private func error(_ bytes: [UInt8]) -> String? {
    do {
      _ = try Importer.read(bytes, source: "page")
      return nil
    } catch {
      return error.description
    }
  }

  private func error(_ text: String) -> String? { error(Array(text.utf8)) }

  @Test("Each is refused in one line that says why")
  func refused() throws {
    let entities = (1...12).map { level in
      "<!ENTITY e\(level) \"\(String(repeating: "&e\(level - 1);", count: 10))\">"
    }.joined()
    let cases: [(String, String?)] = [
      ("", "no paper found"), (" \n\u{FEFF}\n", "no paper found"),
      (String(repeating: "<div>", count: 5000) + Self.abstract, "deeper than 200"),
      (
        "<html><p \((0..<300).map { "a\($0)" }.joined(separator: " "))>\(Self.abstract)</p>",
        "more than 250 attributes"
      ),
      (
        "<html><p \((0..<300).map { "a\($0)='x'" }.joined())>\(Self.abstract)</p>",
        "more than 250 attributes"
      ),
      ("<?xml version='1.0'?><feed>" + String(repeating: "<a>", count: 5000), "deeper than 200"),
      (
        "<?xml version='1.0'?><!DOCTYPE feed [<!ENTITY e0 'lol'>\(entities)]>"
          + "<feed><entry><title>T</title><summary>&e12;</summary></entry></feed>",
        "declares entities"
      ),
      (
        "<?xml version='1.0'?><!DOCTYPE feed [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>"
          + "<feed><entry><title>T</title><summary>&e;</summary></entry></feed>",
        "declares entities"
      ),
      (String(repeating: "[", count: 100_000), "not valid JSON"),
      (
        String(repeating: "[", count: 100_000) + String(repeating: "]", count: 100_000),
        "not valid JSON"
      ),
      ("@misc{a, title = " + String(repeating: "{", count: 100_000), "does not end"),
      ("@misc{a, title = {\(String(repeating: "x", count: 100_000))}}", "a title of 100000 bytes"),
      ("A Title\u{0}\n" + Self.abstract, "byte 7"),
      (String(repeating: "T", count: 100_000) + "\n" + Self.abstract, "without a title"),
    ]
    for (text, reason) in cases {
      let line = error(text)
      #expect(line?.contains(reason ?? "") == true, "\(text.prefix(60)): \(line ?? "read")")
      #expect(line?.contains("\n") == false)
    }
    #expect(error(Array("A Title\n\(Self.abstract)".utf8) + [0xFF])?.contains("not a text") == true)
    #expect(throws: ImportError.self) {
      try PageLine.check(count: PageLine.most + 1, source: "page")
    }
  }

  @Test("Scripts in a title are words, attributes inside of scripts and comments are none")
  func scripts() throws {
    let words = (0..<400).map { "n\($0)" }.joined(separator: " ")
    let reading = try Importer.read(
      Array(
        """
        <html><!-- <p \(words)> --><script>if (a <b \(words)) {}</script>
        <h3>Bounds &lt;script&gt;alert(1)&lt;/script&gt;</h3><p data-x="\(words)">\(Self.abstract)</p></html>
        """.utf8), source: "page")
    #expect(reading.entries.map(\.title) == ["Bounds <script>alert(1)</script>"])
  }

  @Test("Lines end wherever Unicode says so")
  func lines() {
    let text = "a\r\nb\rc\n\nd\u{2028}e\u{85}f\u{B}g\u{C}é"
    #expect(
      PlainLines(text).map(String.init)
        == text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map(
          String.init))
    #expect(PlainLines("").map(String.init) == [""])
    #expect(PlainLines("a\n").map(String.init) == ["a", ""])
  }

  @Test("Many titles that begin alike are still told from each other, and an edit is found")
  func alike() throws {
    let store = try StoreKind.sqlite.store()
    let start = "A Study of the Same Beginning and of Nothing Else that Goes on for Long, Part"
    for number in 0..<60 {
      _ = try store.merge(PaperEntry(title: "\(start) \(number)", abstract: "x"), from: "a")
    }
    #expect(try store.counts().papers == 60)
    let edited = start.replacing("Beginning", with: "Beginnings")
    guard case .merged = try store.merge(PaperEntry(title: "\(edited) 7", abstract: "x"), from: "b")
    else { return #expect(Bool(false), "an edit makes another paper") }
  }
}
