import CONNX
import Foundation

/// The files beside a model in which it keeps its larger tensors.
///
/// A model names them by paths of its own choosing, so they are trusted no further than its folder:
/// a path that is absolute, holds `..`, or leaves the folder through a link is refused. Files are
/// mapped once, however many tensors lie in them.
struct ExternalData {
  /// The folder of the model, or nil for a model that came from memory alone.
  let folder: String?
  private var files: [String: Data] = [:]

  init(folder: String?) {
    self.folder = folder
  }

  /// Why a tensor's data cannot be had, in words that follow the tensor's name.
  struct Failure: Error {
    let reason: String
  }

  /// Returns the bytes that a tensor's entries name.
  ///
  /// - `expected`: how many bytes the tensor's type and shape ask for, which is what counts if no
  ///   length is named.
  /// - Throws: `Failure` if the path is not allowed, the file cannot be read, or the range lies
  ///   outside of it.
  mutating func bytes(of tensor: OpaquePointer, expected: Int) throws(Failure) -> Data {
    func entry(_ key: String) -> String? {
      onnx_tensor_external_entry(tensor, key).map { String(cString: $0) }
    }
    guard let location = entry("location"), !location.isEmpty else {
      throw Failure(reason: "keeps its data in another file, but does not name it.")
    }
    let file = try contents(at: location)
    let offset = entry("offset").map { Int($0) } ?? 0
    let length = entry("length").map { Int($0) } ?? expected
    guard let offset, let length, offset >= 0, length >= 0, offset <= file.count,
      length <= file.count - offset
    else {
      throw Failure(
        reason: "keeps its data at \(entry("offset") ?? "0"), \(entry("length") ?? "\(expected)") "
          + "bytes long, in '\(location)', which has \(file.count). Was it copied completely?")
    }
    guard length == expected else {
      throw Failure(
        reason: "needs \(expected) bytes, but names \(length) in '\(location)'.")
    }
    return file[file.startIndex + offset..<file.startIndex + offset + length]
  }

  private mutating func contents(at location: String) throws(Failure) -> Data {
    if let file = files[location] { return file }
    guard let folder else {
      throw Failure(
        reason: "keeps its data in '\(location)', but the model was not read from a folder.")
    }
    guard !location.hasPrefix("/"), !location.split(separator: "/").contains("..") else {
      throw Failure(
        reason: "keeps its data in '\(location)', which is outside of the model's folder.")
    }
    let path = folder + "/" + location
    guard let place = Self.resolved(path), let home = Self.resolved(folder) else {
      throw Failure(
        reason: "keeps its data in '\(location)', which is not beside the model. "
          + "Copy both files together.")
    }
    guard place.hasPrefix(home == "/" ? home : home + "/") else {
      throw Failure(
        reason: "keeps its data in '\(location)', which links to a place outside of the "
          + "model's folder.")
    }
    let attributes = try? FileManager.default.attributesOfItem(atPath: place)
    guard attributes?[.type] as? FileAttributeType == .typeRegular,
      let file = try? Data(contentsOf: URL(fileURLWithPath: place), options: .alwaysMapped)
    else {
      throw Failure(reason: "keeps its data in '\(location)', which cannot be read.")
    }
    files[location] = file
    return file
  }

  /// The path without links, or nil if there is nothing.
  private static func resolved(_ path: String) -> String? {
    guard let result = realpath(path, nil) else { return nil }
    defer { free(result) }
    return String(cString: result)
  }
}
