import Catalogue
import Evidence
import Foundation
import TestSupport
import Testing

@testable import AssayCommand

struct DeskCommandTests {
  private struct Imported: Decodable {
    struct File: Decodable {
      let path: String
      let entries: Int
      let merged: Int
      let unreadable: Int
    }

    let files: [File]
    let papers: Int
  }

  private func imported(_ words: [String], in folder: String) throws -> Imported {
    let run = try AssayProcess.run(["papers", "import", "--json", "--quiet"] + words, in: folder)
    #expect(run.exitCode == 0, "\(run.errors)")
    return try JSONDecoder().decode(Imported.self, from: Data(run.output.utf8))
  }

  @Test(
    "The saved pages: 137 entries, and nothing new the second time",
    .enabled("../shared is absent") { TestFiles.shared("pages") != nil })
  func importsPages() throws {
    let pages = try #require(TestFiles.shared("pages"))
    let paths = ["a", "b", "c"].map { "\(pages)/page-\($0).txt" }
    try TestFiles.withTemporaryFolder { folder in
      let first = try imported(paths, in: folder)
      #expect(first.files.map(\.path) == paths)
      #expect(first.files.map(\.entries) == [39, 62, 36])
      #expect(first.files.allSatisfy { $0.unreadable == 0 } && first.papers == 132)
      let second = try imported(paths, in: folder)
      #expect(second.files.map(\.merged) == [39, 62, 36] && second.papers == 132)
    }
  }

  @Test("What cannot be read is named in one line, and does not keep the rest from being taken")
  func badPages() throws {
    try TestFiles.withTemporaryFolder { folder in
      let good = """
        @misc{a, title = {A Paper on Bounds}, abstract = {It bounds.}}
        """
      try Data(good.utf8).write(to: URL(fileURLWithPath: folder + "/good.bib"))
      try Data([0, 1, 2, 3]).write(to: URL(fileURLWithPath: folder + "/binary"))
      try Data("milk\neggs\n".utf8).write(to: URL(fileURLWithPath: folder + "/empty.txt"))
      for (name, code) in [("binary", 65), ("empty.txt", 65), ("missing", 66), (".", 66)] {
        let run = try AssayProcess.run(["papers", "import", name, "--quiet"], in: folder)
        #expect(run.exitCode == Int32(code) && run.onlyError != nil, "\(name): \(run.errors)")
      }
      let mixed = try AssayProcess.run(
        ["papers", "import", "binary", "good.bib", "--quiet"], in: folder)
      #expect(mixed.exitCode == 65 && mixed.output.contains("Papers in the store: 1"))
    }
  }

  @Test("From a page to a digest, as a reader goes")
  func reads() throws {
    try TestFiles.withTemporaryFolder { folder in
      func assay(_ words: String...) throws -> String {
        let run = try AssayProcess.run(["papers"] + words, in: folder)
        #expect(run.exitCode == 0, "\(words): \(run.errors)")
        return run.output
      }
      #expect(try assay().contains("385 papers in the catalogue"))
      #expect(try assay("search", "title:sparsemax").contains("sparsemax"))
      #expect(try assay("show", "sam").contains("Sharpness-Aware Minimization"))
      #expect(try assay("follow", "bounds").contains("bounds"))
      let page = #"[{"title": "Bounds for All", "summary": "We bound everything."}]"#
      try Data(page.utf8).write(to: URL(fileURLWithPath: folder + "/page.json"))
      _ = try assay("import", "page.json")
      #expect(try assay("digest").contains("Bounds for All"))
      #expect(try assay("save", "Bounds for All").contains("Saved"))
      #expect(try assay("export").contains("title = {{Bounds for All}}"))
      #expect(try assay("backup", "copy.sqlite").contains("copy.sqlite"))
      let unknown = try AssayProcess.run(["papers", "show", "smoothgard"], in: folder)
      #expect(unknown.exitCode == 66 && unknown.onlyError?.contains("smoothgrad") == true)
      let server = try AssayProcess.run(["serve", "--host", "0.0.0.0"], in: folder)
      #expect(server.exitCode == 64 && server.onlyError?.contains("--token") == true)
    }
  }
}
