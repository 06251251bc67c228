import Foundation
import Testing

@testable import Reports

struct AtomicFileTests {
  /// Runs `body` with a folder of its own, and removes it.
  private func withFolder(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("assay-atomic-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder.path)
  }

  private func names(in folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
  }

  @Test("New bytes replace old ones, and nothing else is left", arguments: [0, 1, 3_000_000])
  func replaces(_ count: Int) throws {
    try withFolder { folder in
      let path = folder + "/report.html"
      try AtomicFile.write(Data("old".utf8), to: path)
      let data = Data((0..<count).map { UInt8(truncatingIfNeeded: $0) })
      try AtomicFile.write(data, to: path)
      #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == data)
      #expect(try names(in: folder) == ["report.html"])
    }
  }

  @Test("A folder that is missing, or a file in its place, is a typed error")
  func missingFolder() throws {
    try withFolder { folder in
      let path = folder + "/nowhere/report.html"
      #expect(throws: ReportError.folderMissing(path: path)) {
        try AtomicFile.write(Data(), to: path)
      }
      try AtomicFile.write(Data("file".utf8), to: folder + "/file")
      let inside = folder + "/file/report.html"
      #expect(throws: ReportError.folderMissing(path: inside)) {
        try AtomicFile.write(Data(), to: inside)
      }
    }
  }

  @Test("What cannot be replaced stays, and the temporary file goes")
  func keepsTheOld() throws {
    try withFolder { folder in
      let path = folder + "/report.html"
      try FileManager.default.createDirectory(
        atPath: path + "/inside", withIntermediateDirectories: true)
      #expect(throws: ReportError.self) { try AtomicFile.write(Data("new".utf8), to: path) }
      #expect(try names(in: folder) == ["report.html"])
      #expect(try names(in: path) == ["inside"])
    }
  }

  @Test(
    "System errors become cases, each in one line",
    arguments: [
      (ENOENT, .folderMissing(path: "p")), (EACCES, .folderNotWritable(path: "p")),
      (EROFS, .folderNotWritable(path: "p")), (ENOSPC, .diskFull(path: "p")),
      (EDQUOT, .diskFull(path: "p")),
    ] as [(Int32, ReportError)])
  func codes(_ code: Int32, _ error: ReportError) {
    #expect(ReportError(code, path: "p") == error)
    #expect("\(error)".contains("'p'") && !"\(error)".contains("\n"))
  }
}
