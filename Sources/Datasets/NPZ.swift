import Tensors

/// Named arrays in NumPy's archive format.
///
/// Entries that are stored uncompressed in a large file are mapped; compressed ones are unpacked
/// when asked for.
public struct NPZ: Sendable {
  private let archive: ZipArchive
  private let entries: [String: ZipArchive.Entry]
  private let limits: DataLimits
  /// The file, for error messages.
  public let source: String

  /// Reads the directory of the archive at `path`.
  ///
  /// - Throws: `DataError`.
  public init(reading path: String, limits: DataLimits = DataLimits()) throws(DataError) {
    try self.init(Bytes(reading: path, limits), limits)
  }

  /// Reads the directory of the archive in `bytes`; `source` names them in errors.
  public init(
    _ bytes: [UInt8], source: String, limits: DataLimits = DataLimits()
  ) throws(DataError) {
    try self.init(Bytes(bytes, source: source), limits)
  }

  init(_ bytes: Bytes, _ limits: DataLimits) throws(DataError) {
    archive = try ZipArchive(bytes, limits)
    (source, self.limits) = (bytes.source, limits)
    let named = archive.entries.compactMap { entry in
      entry.name.hasSuffix(".npy") ? (String(entry.name.dropLast(4)), entry) : nil
    }
    entries = Dictionary(named) { _, last in last }
  }

  /// The arrays' names, in order.
  public var names: [String] { entries.keys.sorted() }

  /// Reads the array called `name`.
  ///
  /// - Throws: `DataError.missingArray`, or what is wrong with it.
  public func array(_ name: String) throws(DataError) -> Tensor {
    guard let entry = entries[name] else {
      throw .missingArray(path: source, wanted: [name], available: names)
    }
    return try NPY.decode(archive.contents(of: entry), limits)
  }

  /// Reads the first of `wanted` that is there, and says which it was.
  ///
  /// - Throws: `DataError.missingArray` if none is there.
  public func firstArray(of wanted: [String]) throws(DataError) -> (name: String, array: Tensor) {
    guard let name = wanted.first(where: { entries[$0] != nil }) else {
      throw .missingArray(path: source, wanted: wanted, available: names)
    }
    return (name, try array(name))
  }
}
