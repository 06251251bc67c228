import CCrypto
import Foundation

/// The SHA-256 digest of a file or of everything in a folder, which tells whether two are the same.
public enum FileDigest {
  /// Returns 64 lower-case hexadecimal digits; of a folder, the digest of its files' paths and
  /// digests in order.
  ///
  /// - Throws: what reading throws.
  public static func sha256(ofFile path: String) throws -> String {
    var isFolder: ObjCBool = false
    _ = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
    guard isFolder.boolValue else {
      return sha256(of: try Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe))
    }
    let files = try FileManager.default.subpathsOfDirectory(atPath: path).sorted()
    let lines = try files.compactMap { file -> String? in
      var isInnerFolder: ObjCBool = false
      let whole = path + "/" + file
      _ = FileManager.default.fileExists(atPath: whole, isDirectory: &isInnerFolder)
      return isInnerFolder.boolValue ? nil : "\(try sha256(ofFile: whole))  \(file)\n"
    }
    return sha256(of: Data(lines.joined().utf8))
  }

  /// Returns the 64 digits of the digest of bytes.
  package static func sha256(of bytes: some ContiguousBytes) -> String {
    var digest = [UInt8](repeating: 0, count: 32)
    bytes.withUnsafeBytes { assay_sha256($0.baseAddress, $0.count, &digest) }
    return digest.map { byte in
      let text = String(byte, radix: 16)
      return text.count == 1 ? "0" + text : text
    }.joined()
  }
}
