import CMarkup

/// Mends what feeds have that XML does not allow, without a change to what they mean: entities of
/// HTML, ampersands and signs of comparison that stand for themselves, signs of control.
struct XMLMending {
  private let bytes: [UInt8]
  private var mended: [UInt8] = []
  /// The ends of sections that are known not to come any more, so that none is looked for twice.
  private var absent: Set<String> = []

  /// - Throws: `ImportError.malformed` if the text declares entities, which would be expanded.
  static func mended(_ text: String, source: String) throws(ImportError) -> String {
    var mending = XMLMending(bytes: Array(text.drop(while: \.isWhitespace).utf8))
    return try mending.run(source: source)
  }

  private init(bytes: [UInt8]) {
    self.bytes = bytes
    mended.reserveCapacity(bytes.count)
  }

  private mutating func run(source: String) throws(ImportError) -> String {
    var place = 0
    while place < bytes.count {
      switch bytes[place] {
      case UInt8(ascii: "&"): place = takeReference(at: place)
      case UInt8(ascii: "<"):
        if starts("<!DOCTYPE", at: place) {
          place = try skipDeclaration(at: place, source: source)
        } else {
          place = takeTag(at: place)
        }
      case let byte where byte < 0x20 && ![0x09, 0x0A, 0x0D].contains(byte):
        mended.append(UInt8(ascii: " "))
        place += 1
      case let byte:
        mended.append(byte)
        place += 1
      }
    }
    return String(decoding: mended, as: UTF8.self)
  }

  /// Takes a sign of comparison, the start of a tag, or all of a comment or section that holds text.
  private mutating func takeTag(at place: Int) -> Int {
    for (start, end) in [("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>")]
    where starts(start, at: place) && !absent.contains(end) {
      guard let after = search(end, from: place + start.utf8.count) else {
        absent.insert(end)
        break
      }
      mended += bytes[place..<after].map {
        $0 < 0x20 && ![0x09, 0x0A, 0x0D].contains($0) ? UInt8(ascii: " ") : $0
      }
      return after
    }
    let following = place + 1 < bytes.count ? bytes[place + 1] : UInt8(ascii: " ")
    let isTag =
      UInt8(ascii: "a")...UInt8(ascii: "z") ~= following | 0x20 || following >= 0x80
      || "/!?_:".utf8.contains(following)
    mended += isTag ? "<".utf8 : "&lt;".utf8
    return place + 1
  }

  /// Takes what an ampersand begins: a reference that XML knows, the letter that HTML means by it, or
  /// the ampersand itself.
  private mutating func takeReference(at place: Int) -> Int {
    let name = bytes[(place + 1)...].prefix(32).prefix { $0 != UInt8(ascii: ";") }
    let after = place + name.count + 2
    let text = String(decoding: name, as: UTF8.self)
    guard after <= bytes.count, bytes[after - 1] == UInt8(ascii: ";"), !text.isEmpty else {
      mended += "&amp;".utf8
      return place + 1
    }
    if ["amp", "lt", "gt", "quot", "apos"].contains(text) {
      mended += bytes[place..<after]
    } else if let scalar = Self.scalar(numbered: text) ?? Self.scalar(named: text) {
      mended += Self.escaped(scalar)
    } else {
      mended += "&amp;".utf8
      return place + 1
    }
    return after
  }

  private static func escaped(_ scalar: Unicode.Scalar) -> [UInt8] {
    switch scalar {
    case "&": Array("&amp;".utf8)
    case "<": Array("&lt;".utf8)
    case ">": Array("&gt;".utf8)
    default: Array(String(scalar).utf8)
    }
  }

  /// The letter of a reference such as `#233` or `#xE9`; those that no text has are replaced.
  private static func scalar(numbered text: String) -> Unicode.Scalar? {
    guard text.first == "#" else { return nil }
    let digits = text.dropFirst()
    let isHexadecimal = digits.first == "x" || digits.first == "X"
    guard
      let number = UInt32(
        isHexadecimal ? digits.dropFirst() : digits, radix: isHexadecimal ? 16 : 10)
    else { return nil }
    // As browsers do, numbers that are signs of control are taken for the letters of Windows.
    let letters = Array("€\u{81}‚ƒ„…†‡ˆ‰Š‹Œ\u{8D}Ž\u{8F}\u{90}‘’“”•–—˜™š›œ\u{9D}žŸ".unicodeScalars)
    if 0x80...0x9F ~= number { return letters[Int(number - 0x80)] }
    guard let scalar = Unicode.Scalar(number), number >= 0x20 || [9, 10, 13].contains(number),
      number & 0xFFFE != 0xFFFE
    else { return "\u{FFFD}" }
    return scalar
  }

  private static func scalar(named name: String) -> Unicode.Scalar? {
    Unicode.Scalar(assay_html_entity(name)).flatMap { $0.value == 0 ? nil : $0 }
  }

  /// Passes over a declaration of the document's type.
  private mutating func skipDeclaration(at place: Int, source: String) throws(ImportError) -> Int {
    var (end, depth) = (place, 0)
    while end < bytes.count, bytes[end] != UInt8(ascii: ">") || depth > 0 {
      if bytes[end] == UInt8(ascii: "[") { depth += 1 }
      if bytes[end] == UInt8(ascii: "]") { depth -= 1 }
      end += 1
    }
    // What comes after it keeps its line.
    mended += bytes[place..<end].filter { $0 == UInt8(ascii: "\n") }
    let declaration = String(decoding: bytes[place..<end], as: UTF8.self)
    for match in declaration.matches(of: /<!ENTITY\s+([^\s%]+)/)
    where Self.scalar(named: String(match.output.1)) == nil {
      throw .malformed(source: source, reason: "it declares entities, which are not expanded")
    }
    return min(end + 1, bytes.count)
  }

  private func starts(_ text: String, at place: Int) -> Bool {
    bytes[place...].starts(with: text.utf8)
  }

  /// The place after the next `text`.
  private func search(_ text: String, from start: Int) -> Int? {
    let wanted = Array(text.utf8)
    guard start + wanted.count <= bytes.count else { return nil }
    return (start...(bytes.count - wanted.count))
      .first { bytes[$0] == wanted[0] && bytes[$0..<($0 + wanted.count)].elementsEqual(wanted) }
      .map { $0 + wanted.count }
  }
}
