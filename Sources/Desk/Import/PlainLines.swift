/// The lines of a text, empty ones included, wherever one of Unicode's line breaks stands.
///
/// It looks at bytes, which for a large page is many times as quick as looking at characters.
struct PlainLines: Sequence, IteratorProtocol {
  private var rest: Substring.UTF8View?

  init(_ text: String) {
    rest = text[...].utf8
  }

  mutating func next() -> Substring? {
    guard let bytes = rest else { return nil }
    var place = bytes.startIndex
    while place < bytes.endIndex {
      if let length = breakLength(bytes[place...]) {
        rest = bytes[bytes.index(place, offsetBy: length)...]
        return Substring(bytes[..<place])
      }
      bytes.formIndex(after: &place)
    }
    rest = nil
    return Substring(bytes)
  }

  /// How many bytes the line break has that the bytes begin with, if they begin with one.
  private func breakLength(_ bytes: Substring.UTF8View) -> Int? {
    switch bytes.first! {
    case 0x0A, 0x0B, 0x0C: 1
    case 0x0D: bytes.dropFirst().first == 0x0A ? 2 : 1
    case 0xC2: bytes.starts(with: [0xC2, 0x85]) ? 2 : nil
    case 0xE2:
      bytes.starts(with: [0xE2, 0x80, 0xA8]) || bytes.starts(with: [0xE2, 0x80, 0xA9]) ? 3 : nil
    default: nil
    }
  }
}
