import Datasets
import Foundation
import TestSupport
import Testing

@testable import Reports

struct ReportFilesTests {
  private func names(in folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
  }

  @Test("New files replace old ones, and nothing else is left", arguments: [0, 1, 3_000_000])
  func replaces(_ count: Int) throws {
    try TestFiles.withTemporaryFolder { folder in
      let text = String(repeating: "x", count: count)
      for content in ["old", text] {
        var files = ReportFiles()
        for name in ["a", "b"] { files.add(content + name, at: "\(folder)/\(name)") }
        try files.write()
      }
      #expect(try String(contentsOfFile: folder + "/a", encoding: .utf8) == text + "a")
      #expect(try String(contentsOfFile: folder + "/b", encoding: .utf8) == text + "b")
      #expect(try names(in: folder) == ["a", "b"])
    }
  }

  @Test("When one file cannot be written, all the old ones stay")
  func keepsTheOld() throws {
    try TestFiles.withTemporaryFolder { folder in
      try AtomicFile.write(Data("old".utf8), to: folder + "/a")
      var files = ReportFiles()
      files.add("new", at: folder + "/a")
      files.add("new", at: folder + "/nowhere/b")
      #expect {
        try files.write()
      } throws: { error in
        (error as? DataError)?.isUnwritableOutput == true && "\(error)".contains("nowhere/b")
      }
      #expect(try String(contentsOfFile: folder + "/a", encoding: .utf8) == "old")
      #expect(try names(in: folder) == ["a"])
    }
  }
}
