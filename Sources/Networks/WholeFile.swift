import Foundation

/// Writes whole files.
enum WholeFile {
  /// Writes a file that appears complete or not at all. A link is followed; what is no file, such as
  /// a pipe, is written to and not replaced.
  static func write(_ data: Data, to path: String) throws {
    let manager = FileManager.default
    let place = URL(fileURLWithPath: path).resolvingSymlinksInPath()
    let kind = try? manager.attributesOfItem(atPath: place.path)[.type] as? FileAttributeType
    let isPlain = kind == nil || kind == .typeRegular || kind == .typeDirectory
    try data.write(to: place, options: isPlain ? .atomic : [])
  }
}
