extension ZipArchive {
  /// Where the table of entries lies, as the end of the archive says.
  struct Directory {
    let offset: Int
    let size: Int
    let entryCount: Int

    /// - Throws: `DataError.malformed` if there is no such end, or if the archive is split.
    init(_ bytes: Bytes) throws(DataError) {
      guard let end = try Self.end(of: bytes) else {
        throw .malformed(path: bytes.source, reason: "it has no zip directory")
      }
      guard try bytes.integer(UInt32.self, at: end + 4) == 0 else {
        throw .malformed(path: bytes.source, reason: "it is one part of a split archive")
      }
      let count = Int(try bytes.integer(UInt16.self, at: end + 10))
      let size = Int(try bytes.integer(UInt32.self, at: end + 12))
      let offset = Int(try bytes.integer(UInt32.self, at: end + 16))
      guard count == 0xffff || size == 0xffff_ffff || offset == 0xffff_ffff else {
        (self.offset, self.size, entryCount) = (offset, size, count)
        return
      }
      self = try Self(bytes, largeBefore: end)
    }

    /// Reads the 64-bit end of the archive, whose place is written just before the ordinary end.
    private init(_ bytes: Bytes, largeBefore end: Int) throws(DataError) {
      guard end >= 20, try bytes.integer(UInt32.self, at: end - 20) == 0x0706_4b50,
        let large = Int(exactly: try bytes.integer(UInt64.self, at: end - 12)),
        large < bytes.count, try bytes.integer(UInt32.self, at: large) == 0x0606_4b50,
        let count = Int(exactly: try bytes.integer(UInt64.self, at: large + 32)),
        let size = Int(exactly: try bytes.integer(UInt64.self, at: large + 40)),
        let offset = Int(exactly: try bytes.integer(UInt64.self, at: large + 48))
      else {
        throw .malformed(path: bytes.source, reason: "its 64-bit zip directory is wrong")
      }
      (self.offset, self.size, entryCount) = (offset, size, count)
    }

    /// The end record lies in the last bytes, before a comment of at most 65,535.
    private static func end(of bytes: Bytes) throws(DataError) -> Int? {
      let fixed = 22
      guard bytes.count >= fixed else { return nil }
      let last = bytes.count - fixed
      for position in stride(from: last, through: max(0, last - 0xffff), by: -1)
      where try bytes.integer(UInt32.self, at: position) == 0x0605_4b50 {
        let comment = Int(try bytes.integer(UInt16.self, at: position + 20))
        if position + fixed + comment == bytes.count { return position }
      }
      return nil
    }
  }
}

extension ZipArchive.Entry {
  /// Reads the table's entry at `position`, and how many bytes it takes.
  static func parse(
    _ table: Bytes, at position: Int
  ) throws(DataError) -> (entry: Self, length: Int) {
    func malformed(_ reason: String) -> DataError {
      .malformed(path: table.source, reason: reason)
    }
    guard try table.integer(UInt32.self, at: position) == 0x0201_4b50 else {
      throw malformed("its zip directory is wrong")
    }
    let flags = try table.integer(UInt16.self, at: position + 8)
    let method = try table.integer(UInt16.self, at: position + 10)
    let lengths = (
      name: Int(try table.integer(UInt16.self, at: position + 28)),
      extra: Int(try table.integer(UInt16.self, at: position + 30)),
      comment: Int(try table.integer(UInt16.self, at: position + 32))
    )
    let text = try table.slice(from: position + 46, count: lengths.name)
    let name = String(decoding: text.buffer, as: UTF8.self)
    try checkName(name, in: table.source)
    guard flags & 1 == 0 else { throw malformed("an entry is encrypted") }
    guard method == 0 || method == 8 else {
      throw malformed("an entry is packed by method \(method), not stored or deflated")
    }
    let extra = try table.slice(from: position + 46 + lengths.name, count: lengths.extra)
    var large = try LargeSizes(extra)
    let size = try large.value(instead: try table.integer(UInt32.self, at: position + 24))
    let packed = try large.value(instead: try table.integer(UInt32.self, at: position + 20))
    let offset = try large.value(instead: try table.integer(UInt32.self, at: position + 42))
    let entry = Self(
      name: name, isDeflated: method == 8,
      checksum: try table.integer(UInt32.self, at: position + 16), packedSize: packed, size: size,
      headerOffset: offset)
    return (entry, 46 + lengths.name + lengths.extra + lengths.comment)
  }

  /// Refuses names that would lead outside a folder into which someone unpacks the archive.
  private static func checkName(_ name: String, in source: String) throws(DataError) {
    let parts = name.split(omittingEmptySubsequences: false) { $0 == "/" || $0 == "\\" }
    let isAbsolute = name.hasPrefix("/") || name.hasPrefix("\\") || name.dropFirst().first == ":"
    if isAbsolute || parts.contains("..") || name.unicodeScalars.contains("\0") {
      throw .unsafeEntryName(path: source, entry: name)
    }
  }
}

/// The 64-bit sizes of an entry, in the order in which the ordinary ones refer to them.
private struct LargeSizes {
  private let source: String
  private var field: Bytes?
  private var position = 0

  init(_ extra: Bytes) throws(DataError) {
    source = extra.source
    var position = 0
    while position + 4 <= extra.count {
      let identifier = try extra.integer(UInt16.self, at: position)
      let length = Int(try extra.integer(UInt16.self, at: position + 2))
      if identifier == 1 { field = try extra.slice(from: position + 4, count: length) }
      position += 4 + length
    }
  }

  mutating func value(instead ordinary: UInt32) throws(DataError) -> Int {
    guard ordinary == 0xffff_ffff else { return Int(ordinary) }
    guard let field else { throw .malformed(path: source, reason: "a 64-bit size is missing") }
    let large = try field.integer(UInt64.self, at: position)
    position += 8
    guard large < UInt64(Int64.max) / 4 else {
      throw .malformed(path: source, reason: "an entry lies beyond any file")
    }
    return Int(large)
  }
}
