extension ArrayHeader {
  /// Reads the header of an NPY file.
  ///
  /// - Source: the format's description in NumPy's documentation, `numpy.lib.format`, versions 1.0
  ///   to 3.0.
  /// - Throws: `DataError.malformed`, `truncated`, `tooLarge` or `unsupportedType`.
  init(npy bytes: Bytes, _ limits: DataLimits) throws(DataError) {
    func malformed(_ reason: String) -> DataError {
      .malformed(path: bytes.source, reason: reason)
    }
    guard bytes.starts(with: NPY.magic) else { throw malformed("it does not begin as NPY does") }
    let version = try bytes.integer(UInt8.self, at: 6)
    guard 1...3 ~= version else { throw malformed("NPY version \(version) is not 1 to 3") }
    let isShort = version == 1
    let size =
      isShort
      ? Int(try bytes.integer(UInt16.self, at: 8)) : Int(try bytes.integer(UInt32.self, at: 8))
    guard size <= limits.header else {
      throw .tooLarge(path: bytes.source, what: "a header", size: size, limit: limits.header)
    }
    let start = isShort ? 10 : 12
    let text = try bytes.slice(from: start, count: size)
    var literal = PythonLiteral(text.buffer)
    guard let fields = literal.dictionary() else { throw malformed("its header is not readable") }
    guard case .text(let type) = fields["descr"], case .truth(let order) = fields["fortran_order"],
      case .integers(let sizes) = fields["shape"]
    else {
      if fields["descr"] == .other {
        throw .unsupportedType(path: bytes.source, type: "a record of fields")
      }
      throw malformed("its header lacks a type, an order or a shape")
    }
    guard sizes.count <= limits.rank else {
      throw .tooLarge(path: bytes.source, what: "a rank", size: sizes.count, limit: limits.rank)
    }
    guard sizes.allSatisfy({ $0 >= 0 }) else { throw malformed("a size in \(sizes) is negative") }
    guard let encoding = ElementEncoding(numpy: type) else {
      throw .unsupportedType(path: bytes.source, type: type)
    }
    self.init(
      encoding: encoding, isColumnMajor: order, shape: sizes, dataOffset: start + size)
  }
}

extension ElementEncoding {
  /// Reads a type such as `<f4`; nothing if Assay has no tensor for it.
  fileprivate init?(numpy type: String) {
    let characters = Array(type)
    guard characters.count == 3, let size = characters[2].wholeNumberValue else { return nil }
    let kinds: [Character: (Kind, [Int])] = [
      "f": (.float, [2, 4, 8]), "i": (.signed, [1, 2, 4, 8]), "u": (.unsigned, [1, 2, 4, 8]),
      "b": (.boolean, [1]),
    ]
    guard let (kind, sizes) = kinds[characters[1]], sizes.contains(size),
      "<>|=".contains(characters[0]), characters[0] != "|" || size == 1
    else { return nil }
    self.init(kind: kind, size: size, isBigEndian: characters[0] == ">")
  }
}
