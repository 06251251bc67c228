import Foundation
import TestSupport
import Testing

/// Reads the desk in a real browser, as a person does.
@Suite(
  .enabled("Chromium, or what drives it, is absent") {
    Browser.path != nil
      && FileManager.default.fileExists(atPath: "/usr/lib/python3/dist-packages/websockets")
  })
struct DeskBrowserTests {
  @Test("Search, open, save, follow, run an experiment, read its verdict")
  func reads() throws {
    try TestFiles.withTemporaryFolder { folder in
      // The page of a paper that was tested shows its record, which lies where the desk is started.
      let manager = FileManager.default
      try manager.createDirectory(
        atPath: folder + "/Evidence", withIntermediateDirectories: true)
      try manager.copyItem(
        atPath: TestFiles.package.path + "/Evidence/gram-iteration.json",
        toPath: folder + "/Evidence/gram-iteration.json")
      let desk = Process()
      let output = Pipe()
      desk.executableURL = URL(fileURLWithPath: AssayProcess.executable)
      desk.arguments = ["serve", "--port", "0"]
      desk.currentDirectoryURL = URL(fileURLWithPath: folder)
      desk.environment = ProcessInfo.processInfo.environment.merging([
        "ASSAY_ROOT": TestFiles.package.path, "ASSAY_HOME": folder + "/home",
      ]) { $1 }
      (desk.standardOutput, desk.standardError) = (output, FileHandle.nullDevice)
      try desk.run()
      defer {
        desk.terminate()
        desk.waitUntilExit()
      }
      let address = try #require(
        String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
          .split(separator: "\n").first)
      let reader = Process()
      let log = Pipe()
      reader.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
      reader.arguments = [
        TestFiles.package.path + "/Tests/AssayCommandTests/Browser/read.py", Browser.path!,
        String(address), folder + "/profile",
      ]
      (reader.standardOutput, reader.standardError) = (log, log)
      try reader.run()
      let text = String(decoding: log.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      reader.waitUntilExit()
      #expect(reader.terminationStatus == 0, "\(text)")
      #expect(text.split(separator: "\n").last == "verdict")
    }
  }
}

private enum Browser {
  static let path = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"]
    .first { FileManager.default.isExecutableFile(atPath: $0) }
}
