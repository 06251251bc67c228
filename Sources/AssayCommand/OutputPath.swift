import Datasets
import Foundation

/// Places that a command will write to, looked at before hours are spent on what is to go there.
enum OutputPath {
  /// Makes a folder, if it is not there.
  ///
  /// - Throws: `DataError.cannotWrite` if it cannot be made or takes no files.
  static func makeFolder(_ path: String) throws(DataError) {
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw .cannotWrite(path: path, reason: "the folder cannot be made")
    }
    guard FileManager.default.isWritableFile(atPath: path) else {
      throw .cannotWrite(path: path, reason: "the folder takes no files")
    }
  }

  /// - Throws: `DataError.cannotWrite` if what is to be written would take the place of what is read.
  static func check(_ outputs: [String], against inputs: [String]) throws(DataError) {
    func place(_ path: String) -> String {
      URL(fileURLWithPath: path).resolvingSymlinksInPath().standardizedFileURL.path
    }
    let taken = Set(inputs.map(place))
    for path in outputs where taken.contains(place(path)) {
      throw .cannotWrite(path: path, reason: "it is what the command reads")
    }
  }

  /// - Throws: `DataError.cannotWrite` if the folder is missing or takes no files, or if there is a
  ///   folder in the file's place.
  static func check(file path: String) throws(DataError) {
    let manager = FileManager.default
    var isFolder: ObjCBool = false
    if manager.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue {
      throw .cannotWrite(path: path, reason: "it is a folder")
    }
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    guard manager.fileExists(atPath: folder, isDirectory: &isFolder), isFolder.boolValue else {
      throw .cannotWrite(path: path, reason: "its folder does not exist")
    }
    guard manager.isWritableFile(atPath: folder) else {
      throw .cannotWrite(path: path, reason: "its folder takes no files")
    }
  }
}
