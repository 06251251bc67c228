import Glibc

/// Makes text of bytes, in the encoding that they show or name: a mark of byte order, the first line
/// of an XML document, a tag of a page, a comment of a bibliography.
///
/// What is valid UTF-8 is that, whatever it says: hardly any text of another encoding looks like it,
/// and files are saved anew without the name being changed.
enum TextDecoding {
  /// - Throws: `ImportError.notText` for bytes that no text has, `.unknownEncoding` for text whose
  ///   encoding it does not say or does not have.
  static func text(_ bytes: [UInt8], source: String) throws(ImportError) -> String {
    let text = try decoded(bytes[...], source: source)
    if let place = text.utf8.firstIndex(of: 0) {
      throw .notText(source: source, offset: text.utf8.distance(from: text.startIndex, to: place))
    }
    return text
  }

  private static func decoded(
    _ bytes: ArraySlice<UInt8>, source: String
  ) throws(ImportError) -> String {
    if let (encoding, mark) = byteOrder(of: bytes) {
      guard encoding != "UTF-8" else { return try decoded(bytes.dropFirst(mark), source: source) }
      return try converted(Array(bytes.dropFirst(mark)), from: encoding, source: source)
    }
    if let offset = bytes.firstIndex(of: 0) { throw .notText(source: source, offset: offset) }
    let name = declaredEncoding(bytes)
    // Japanese mail writes its letters in ASCII, between signs of escape.
    let isEscaped = name?.hasPrefix("ISO-2022") == true && bytes.contains(0x1B)
    if !isEscaped, let text = String(validating: bytes, as: UTF8.self) { return text }
    guard let name, !name.hasPrefix("UTF") else {
      throw .unknownEncoding(
        source: source, offset: bytes.startIndex + firstInvalidByte(bytes), declared: name)
    }
    return try converted(Array(bytes), from: name, source: source)
  }

  /// The encoding that a mark at the start shows, and the mark's length; or one of two bytes a letter
  /// that shows by the first letters' empty halves.
  private static func byteOrder(of bytes: ArraySlice<UInt8>) -> (encoding: String, mark: Int)? {
    let marks: [([UInt8], String)] = [
      ([0xEF, 0xBB, 0xBF], "UTF-8"), ([0xFF, 0xFE, 0, 0], "UTF-32LE"),
      ([0, 0, 0xFE, 0xFF], "UTF-32BE"), ([0xFF, 0xFE], "UTF-16LE"), ([0xFE, 0xFF], "UTF-16BE"),
    ]
    if let (mark, encoding) = marks.first(where: { bytes.starts(with: $0.0) }) {
      return (encoding, mark.count)
    }
    let first = Array(bytes.prefix(4)).map { $0 == 0 }
    if first == [false, true, false, true] { return ("UTF-16LE", 0) }
    if first == [true, false, true, false] { return ("UTF-16BE", 0) }
    return nil
  }

  /// The encoding that the first lines name, in the spelling of the system's tables.
  private static func declaredEncoding(_ bytes: ArraySlice<UInt8>) -> String? {
    let start = String(decoding: bytes.prefix(2_000).map { $0 < 128 ? $0 : 63 }, as: UTF8.self)
    guard
      let match = start.firstMatch(
        of:
          /(?i)(?:<\?xml[^>]*?\sencoding\s*=\s*["']|<meta[^>]*?charset\s*=\s*["']?|%[^\n]*?(?:en)?coding\s*[:=]\s*)([a-z0-9][a-z0-9_.:\-]*)/
      )
    else { return nil }
    let name = match.output.1.uppercased().replacing("_", with: "-").trimmingSuffix("-UNIX")
    return aliases[name] ?? name
  }

  /// Names of encodings that the system does not know, or that mean more than they say: whoever says
  /// Latin-1 writes the quotes and dashes of Windows.
  private static let aliases = [
    "ISO-8859-1": "CP1252", "ISO8859-1": "CP1252", "LATIN1": "CP1252", "LATIN-1": "CP1252",
    "US-ASCII": "CP1252", "ASCII": "CP1252", "ANSI": "CP1252", "ANSINEW": "CP1252",
    "WINDOWS-1252": "CP1252", "APPLEMAC": "MACINTOSH", "MACROMAN": "MACINTOSH",
    "LATIN9": "ISO-8859-15", "LATIN-9": "ISO-8859-15", "UTF8": "UTF-8",
    "GB2312": "GB18030", "GBK": "GB18030", "SHIFT-JIS": "CP932", "X-SJIS": "CP932",
  ]

  private static func converted(
    _ bytes: [UInt8], from encoding: String, source: String
  ) throws(ImportError) -> String {
    guard let table = iconv_open("UTF-8", encoding), Int(bitPattern: table) != -1 else {
      throw .unknownEncoding(source: source, offset: 0, declared: encoding)
    }
    defer { iconv_close(table) }
    var bytes = bytes
    // No letter takes more than four bytes, nor less than a quarter of them.
    var text = [UInt8](repeating: 0, count: bytes.count * 4 + 16)
    let (read, written) = bytes.withUnsafeMutableBytes { input in
      text.withUnsafeMutableBytes { output in
        var (from, to) = (
          input.baseAddress?.assumingMemoryBound(to: CChar.self),
          output.baseAddress?.assumingMemoryBound(to: CChar.self)
        )
        var (left, room) = (input.count, output.count)
        _ = iconv(table, &from, &left, &to, &room)
        return (input.count - left, output.count - room)
      }
    }
    guard read == bytes.count, let text = String(validating: text[..<written], as: UTF8.self) else {
      throw .unknownEncoding(source: source, offset: read, declared: encoding)
    }
    return text
  }

  /// Where the bytes stop being UTF-8.
  private static func firstInvalidByte(_ bytes: ArraySlice<UInt8>) -> Int {
    var place = 0
    var decoder = UTF8.ForwardParser()
    var iterator = bytes.makeIterator()
    while case .valid(let scalar) = decoder.parseScalar(from: &iterator) { place += scalar.count }
    return place
  }
}

extension String {
  fileprivate func trimmingSuffix(_ suffix: String) -> String {
    hasSuffix(suffix) ? String(dropLast(suffix.count)) : self
  }
}
