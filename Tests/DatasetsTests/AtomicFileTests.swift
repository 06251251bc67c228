import Datasets
import Foundation
import TestSupport
import Testing

@Test("A file appears whole when it is finished, and replaces the old one")
func finishedFile() throws {
  try TestFiles.withTemporaryFolder { folder in
    let path = folder + "/a"
    try Data("old".utf8).write(to: URL(filePath: path))
    var file = try AtomicFile(path: path)
    try file.write(Array("new ".utf8))
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "old")
    try file.write(Array("text".utf8))
    try file.finish()
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "new text")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["a"])
  }
}

@Test("A file that is given up leaves the old one and nothing else")
func abandonedFile() throws {
  try TestFiles.withTemporaryFolder { folder in
    let path = folder + "/a"
    try Data("old".utf8).write(to: URL(filePath: path))
    do {
      var file = try AtomicFile(path: path)
      try file.write(Array("new".utf8))
    }
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "old")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["a"])
  }
}

@Test("A folder that is not there, or is in the way, is an unwritable output")
func unwritableFile() throws {
  try TestFiles.withTemporaryFolder { folder in
    let error = #expect(throws: DataError.self) {
      _ = try AtomicFile(path: folder + "/no/file")
    }
    #expect(error?.isUnwritableOutput == true)
    #expect(throws: DataError.self) { try AtomicFile(path: folder).finish() }
  }
}
