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

  /// The text of each Swift file of the package in `folder` and below.
  public static func swiftSources(under folder: String) throws -> [String] {
    let root = package.appending(path: folder)
    let files = FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil)
    return try (files?.compactMap { $0 as? URL } ?? []).filter { $0.pathExtension == "swift" }
      .map { try String(contentsOf: $0, encoding: .utf8) }
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
