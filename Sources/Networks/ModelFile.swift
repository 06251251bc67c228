import CZip
import Foundation

/// Reads the bytes of a model file, mapped where that is possible, and unpacked if it is a gzip
/// file.
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
  let bytes: Data
  do {
    bytes = try Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe)
  } catch {
    throw .malformed(file: path, reason: "it cannot be read: \(error.localizedDescription)")
  }
  return bytes.starts(with: [0x1f, 0x8b]) ? try unpacked(bytes, path: path) : bytes
}

/// The most bytes that a model's message may have; more is no message at all.
private let largestMessage = Int(Int32.max)

private func unpacked(_ bytes: Data, path: String) throws(NetworkError) -> Data {
  var (output, size): (UnsafeMutablePointer<UInt8>?, Int) = (nil, 0)
  let status = bytes.withUnsafeBytes {
    assay_gunzip(
      $0.bindMemory(to: UInt8.self).baseAddress, $0.count, largestMessage, &output, &size)
  }
  guard status == 0, let output else {
    let reason =
      status == 1
      ? "its compressed data are wrong or cut off." : "it unpacks to more than a model may have."
    throw .malformed(file: path, reason: reason)
  }
  return Data(bytesNoCopy: output, count: size, deallocator: .free)
}
