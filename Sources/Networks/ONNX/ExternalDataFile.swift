import Foundation

/// The file beside a model that takes its larger tensors, while it is written.
///
/// What is written goes to a temporary file, which takes its place at the end; if it never comes to
/// that, nothing is left.
final class ExternalDataFile {
  /// The file's name, as the model writes it down.
  let name: String
  private let path: String
  private let temporary: String
  private let file: FileHandle
  private var size = 0
  private var isFinished = false

  /// Tensors begin at multiples of so many bytes, so that they can be mapped.
  private static let alignment = 64

  /// - Throws: what opening a file throws.
  init(besideModel modelPath: String) throws {
    path = modelPath + ".data"
    name = URL(fileURLWithPath: path).lastPathComponent
    temporary = "\(path).\(ProcessInfo.processInfo.processIdentifier).partial"
    guard FileManager.default.createFile(atPath: temporary, contents: nil) else {
      throw CocoaError(.fileWriteNoPermission)
    }
    file = try FileHandle(forWritingTo: URL(fileURLWithPath: temporary))
  }

  deinit {
    try? file.close()
    if !isFinished { try? FileManager.default.removeItem(atPath: temporary) }
  }

  /// Appends a tensor's bytes, and returns where they begin.
  func append(_ bytes: [UInt8]) throws -> Int {
    let gap = (Self.alignment - size % Self.alignment) % Self.alignment
    if gap > 0 { try file.write(contentsOf: Data(count: gap)) }
    let start = size + gap
    try file.write(contentsOf: bytes)
    size = start + bytes.count
    return start
  }

  /// Puts the file in its place.
  func finish() throws {
    try file.synchronize()
    try file.close()
    guard rename(temporary, path) == 0 else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
    isFinished = true
  }
}
