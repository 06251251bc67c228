import Datasets

/// The files of one report, which replace their predecessors together.
public struct ReportFiles: Sendable {
  private var files: [(text: String, path: String)] = []

  public init() {}

  /// Adds a file; nothing is written yet.
  public mutating func add(_ text: String, at path: String) { files.append((text, path)) }

  /// Writes every file beside its place, and moves them there once all have reached the disk.
  ///
  /// - Throws: `DataError.cannotWrite`; if the disk is full, whatever was there before still is.
  public func write() throws(DataError) { try Self.write(files[...]) }

  /// Writes the first file, then the others, and then puts the first one in its place.
  private static func write(_ files: ArraySlice<(text: String, path: String)>) throws(DataError) {
    guard let (text, path) = files.first else { return }
    var file = try AtomicFile(path: path)
    try file.write(Array(text.utf8))
    try file.flush()
    try write(files.dropFirst())
    try file.finish()
  }
}
