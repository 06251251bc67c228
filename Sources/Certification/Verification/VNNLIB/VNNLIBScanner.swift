/// Cuts the text of a property into parentheses and words, in one pass and without a copy.
struct VNNLIBScanner {
  enum Token: Equatable {
    case open, close, end
    case word(Range<Int>)
  }

  private let bytes: UnsafeRawBufferPointer
  private let source: String
  private let wordLimit: Int
  private var position: Int
  /// Where the token that was read last begins.
  private(set) var start = 0

  init(_ bytes: UnsafeRawBufferPointer, source: String, wordLimit: Int) {
    (self.bytes, self.source, self.wordLimit) = (bytes, source, wordLimit)
    position = bytes.starts(with: [0xef, 0xbb, 0xbf]) ? 3 : 0
  }

  mutating func next() throws(VNNLIBError) -> Token {
    skipSpace()
    start = position
    guard position < bytes.count else { return .end }
    switch bytes[position] {
    case UInt8(ascii: "("):
      position += 1
      return .open
    case UInt8(ascii: ")"):
      position += 1
      return .close
    default:
      while position < bytes.count, Self.isWord(bytes[position]) { position += 1 }
      guard position > start else { throw error(.unexpectedByte(bytes[position])) }
      guard position - start <= wordLimit else { throw error(.wordTooLong(limit: wordLimit)) }
      return .word(start..<position)
    }
  }

  /// Skips the rest of a list, whatever stands in it; its strings and quoted names may hold
  /// parentheses.
  mutating func skipList(opened: Int) throws(VNNLIBError) {
    var depth = 1
    while depth > 0 {
      skipSpace()
      guard position < bytes.count else { throw error(.unclosed, at: opened) }
      switch bytes[position] {
      case UInt8(ascii: "("): depth += 1
      case UInt8(ascii: ")"): depth -= 1
      case let quote where quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "|"):
        repeat { position += 1 } while position < bytes.count && bytes[position] != quote
      default: break
      }
      position += 1
    }
    start = position - 1
  }

  private mutating func skipSpace() {
    while position < bytes.count {
      switch bytes[position] {
      case 0x20, 0x09, 0x0a, 0x0d: position += 1
      case UInt8(ascii: ";"):
        while position < bytes.count, bytes[position] != 0x0a { position += 1 }
      default: return
      }
    }
  }

  /// Letters, digits and signs of ASCII but those that group, quote or comment.
  private static func isWord(_ byte: UInt8) -> Bool {
    guard byte > 0x20, byte < 0x7f else { return false }
    switch byte {
    case UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: ";"), UInt8(ascii: "\""),
      UInt8(ascii: "|"):
      return false
    default: return true
    }
  }

  func text(_ range: Range<Int>) -> String {
    String(decoding: UnsafeRawBufferPointer(rebasing: bytes[range]), as: UTF8.self)
  }

  func isWord(_ range: Range<Int>, _ word: StaticString) -> Bool {
    range.count == word.utf8CodeUnitCount
      && bytes[range].elementsEqual(UnsafeBufferPointer(start: word.utf8Start, count: range.count))
  }

  /// The variable that a word names, or nil if it is no variable's name.
  func variable(_ range: Range<Int>) -> VNNLIBVariable? {
    guard range.count > 2, range.count < 14, bytes[range.lowerBound + 1] == UInt8(ascii: "_")
    else { return nil }
    let letter = bytes[range.lowerBound]
    guard letter == UInt8(ascii: "X") || letter == UInt8(ascii: "Y") else { return nil }
    let digits = bytes[range.dropFirst(2)]
    guard digits.count == 1 || digits.first != UInt8(ascii: "0") else { return nil }
    var index = 0
    for digit in digits {
      guard digit >= 0x30, digit <= 0x39 else { return nil }
      index = index * 10 + Int(digit - 0x30)
    }
    return VNNLIBVariable(isOutput: letter == UInt8(ascii: "Y"), index: index)
  }

  /// The number that a word is, rounded to the nearest double; nil if it is none.
  func number(_ range: Range<Int>) -> Double? {
    var rest = bytes[range]
    func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }
    func isSign(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+") }
    func dropDigits() -> Int {
      let after = rest.drop(while: isDigit)
      defer { rest = after }
      return rest.count - after.count
    }
    if let sign = rest.first, isSign(sign) { rest = rest.dropFirst() }
    var digits = dropDigits()
    if rest.first == UInt8(ascii: ".") {
      rest = rest.dropFirst()
      digits += dropDigits()
    }
    guard digits > 0 else { return nil }
    if let mark = rest.first, mark | 0x20 == UInt8(ascii: "e") {
      rest = rest.dropFirst()
      if let sign = rest.first, isSign(sign) { rest = rest.dropFirst() }
      guard dropDigits() > 0 else { return nil }
    }
    return rest.isEmpty ? Double(text(range)) : nil
  }

  /// The number that a word is, in decimal.
  func decimal(_ range: Range<Int>) -> DecimalNumber { DecimalNumber(bytes[range]) }

  /// An error at a byte, or at the token that was read last.
  func error(_ reason: VNNLIBError.Reason, at offset: Int? = nil) -> VNNLIBError {
    let before = bytes[..<min(offset ?? start, bytes.count)]
    let line = before.count { $0 == 0x0a } + 1
    let column = before.count - (before.lastIndex(of: 0x0a).map { $0 + 1 } ?? 0) + 1
    return VNNLIBError(source: source, line: line, column: column, reason: reason)
  }
}

/// An input or output of the network.
struct VNNLIBVariable: Hashable, Comparable {
  let isOutput: Bool
  let index: Int

  var name: String { (isOutput ? "Y_" : "X_") + "\(index)" }

  static func < (a: Self, b: Self) -> Bool {
    (a.isOutput ? 1 : 0, a.index) < (b.isOutput ? 1 : 0, b.index)
  }
}
