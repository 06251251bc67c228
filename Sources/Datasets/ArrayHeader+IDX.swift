extension ArrayHeader {
  /// Reads the header of an IDX file.
  ///
  /// - Throws: `DataError.malformed` or `truncated`.
  init(idx bytes: Bytes, _ limits: DataLimits) throws(DataError) {
    let type = try bytes.integer(UInt8.self, at: 2)
    let rank = Int(try bytes.integer(UInt8.self, at: 3))
    guard bytes.starts(with: [0, 0]), let encoding = ElementEncoding(idx: type),
      1...limits.rank ~= rank
    else { throw .malformed(path: bytes.source, reason: "it does not begin as IDX does") }
    var shape: [Int] = []
    for axis in 0..<rank {
      shape.append(Int(try bytes.integer(UInt32.self, at: 4 + 4 * axis, isBigEndian: true)))
    }
    self.init(encoding: encoding, shape: shape, dataOffset: 4 + 4 * rank)
  }
}

extension ElementEncoding {
  /// Reads a type's code; nothing if there is none such.
  fileprivate init?(idx type: UInt8) {
    let kinds: [UInt8: (Kind, Int)] = [
      0x08: (.unsigned, 1), 0x09: (.signed, 1), 0x0b: (.signed, 2), 0x0c: (.signed, 4),
      0x0d: (.float, 4), 0x0e: (.float, 8),
    ]
    guard let (kind, size) = kinds[type] else { return nil }
    self.init(kind: kind, size: size, isBigEndian: true)
  }
}
