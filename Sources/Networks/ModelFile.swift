import Foundation

/// Reads the bytes of a model file, mapped where that is possible.
///
/// - Throws: `NetworkError.missingFile` or `.malformed`.
func contents(ofModelFile path: String) throws(NetworkError) -> Data {
  var isFolder: ObjCBool = false
  guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
    throw .missingFile(path)
  }
  guard !isFolder.boolValue else {
    throw .malformed(file: path, reason: "it is a folder, not a file.")
  }
  do {
    return try Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe)
  } catch {
    throw .malformed(file: path, reason: "it cannot be read: \(error.localizedDescription)")
  }
}
