import Foundation

/// Files that tests read and write.
public enum TestFiles {
  /// The package's root folder.
  public static let package = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  /// A file of golden values.
  public static func golden(_ path: String) -> String {
    package.appending(path: "Tests/Golden/\(path)").path(percentEncoded: false)
  }

  /// A folder of real inputs beside the package, if it is there.
  public static func shared(_ path: String) -> String? {
    let place = package.appending(path: "../shared/\(path)").standardizedFileURL
      .path(percentEncoded: false)
    return FileManager.default.fileExists(atPath: place) ? place : nil
  }

  /// Calls `body` with the path of an empty folder, and removes it afterwards.
  public static func withTemporaryFolder<Result>(
    _ body: (String) throws -> Result
  ) throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try body(folder.path(percentEncoded: false))
  }
}
