import Evidence
import Foundation
import TestSupport
import Testing

struct ExperimentSourcesTests {
  private func write(_ text: String, _ path: String, in folder: String) throws {
    let file = URL(fileURLWithPath: folder + "/Sources/" + path)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: file)
  }

  @Test("A record is stale once its experiment or a method that it names is another one")
  func stale() throws {
    try TestFiles.withTemporaryFolder { folder in
      let own = "Experiments/Room/CountingExperiment.swift"
      try write("struct CountingExperiment { let a = Counting(); let b = Tool() }", own, in: folder)
      try write("public struct Counting { var one = 1 }", "Room/Counting.swift", in: folder)
      try write(
        "package struct Tool { var two = 2 }", "Experiments/Settings/Tool.swift", in: folder)
      try write("public struct Other {}", "Room/Other.swift", in: folder)
      try write("public struct Tensor {}", "Tensors/Tensor.swift", in: folder)
      func digest() throws -> String? {
        try #require(ExperimentSources(root: folder)).digest(of: CountingExperiment())
      }
      let first = try #require(try digest())
      for (path, text) in [
        ("Room/Other.swift", "public struct Other { var x = 1 }"),
        ("Tensors/Tensor.swift", "public struct Tensor { var x = 1 }"),
        ("Room/Counting.swift", "/// Counts.\npublic  struct Counting {\n  var one = 1 }"),
      ] {
        try write(text, path, in: folder)
        #expect(try digest() == first, "\(path) does not count")
      }
      for (path, text) in [
        ("Room/Counting.swift", "public struct Counting { var one = 2 }"),
        ("Experiments/Settings/Tool.swift", "package struct Tool { var two = 3 }"),
        (own, "struct CountingExperiment { let a = Counting() }"),
      ] {
        let before = try digest()
        try write(text, path, in: folder)
        #expect(try digest() != before, "\(path) counts")
      }
      let sources = try #require(ExperimentSources(root: folder))
      #expect(EvidenceRecord.sample().isStale(sources, CountingExperiment()))
      let fresh = EvidenceRecord.sample(
        provenance: Provenance(sources: sources.digest(of: CountingExperiment())))
      #expect(!fresh.isStale(sources, CountingExperiment()))
    }
  }

  @Test("Where there are no sources, nothing is said of them")
  func none() {
    #expect(ExperimentSources(root: "/nowhere") == nil)
  }
}
