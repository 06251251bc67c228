import Foundation

/// The path of a file in `Tests/Golden`; each was made by a script in `Tests/Golden/make`.
public func goldenPath(_ name: String) -> String {
  packageFolder + "/Tests/Golden/" + name
}

/// The path of a file or folder in `../shared`, or nil where that is absent.
public func sharedPath(_ name: String) -> String? {
  let path = packageFolder + "/../shared/" + name
  return FileManager.default.fileExists(atPath: path) ? path : nil
}

private let packageFolder = URL(fileURLWithPath: #filePath)
  .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path
