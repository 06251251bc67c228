/// Reads the flat Python dictionary of an NPY header; anything nested deeper than a tuple is
/// skipped, not stored.
struct PythonLiteral {
  enum Value: Equatable {
    case text(String)
    case truth(Bool)
    case integers([Int])
    case other
  }

  private let bytes: [UInt8]
  private var position = 0

  init(_ bytes: UnsafeRawBufferPointer) {
    self.bytes = Array(bytes)
  }

  /// The dictionary's fields, or nothing if the text is no dictionary.
  mutating func dictionary() -> [String: Value]? {
    guard take("{") else { return nil }
    var fields: [String: Value] = [:]
    while !take("}") {
      guard let key = string(), take(":"), let value = value() else { return nil }
      fields[key] = value
      guard take(",") || next() == UInt8(ascii: "}") else { return nil }
    }
    return next() == nil ? fields : nil
  }

  private mutating func value() -> Value? {
    switch next() {
    case UInt8(ascii: "'"), UInt8(ascii: "\""): string().map(Value.text)
    case UInt8(ascii: "("): tuple()
    case UInt8(ascii: "["): list()
    default: word()
    }
  }

  private mutating func word() -> Value? {
    let start = position
    while position < bytes.count, UInt8(ascii: "A")...UInt8(ascii: "z") ~= bytes[position] {
      position += 1
    }
    switch String(decoding: bytes[start..<position], as: UTF8.self) {
    case "True": return .truth(true)
    case "False": return .truth(false)
    default: return nil
    }
  }

  private mutating func tuple() -> Value? {
    guard take("(") else { return nil }
    var integers: [Int] = []
    while !take(")") {
      guard let number = integer() else { return nil }
      integers.append(number)
      guard take(",") || next() == UInt8(ascii: ")") else { return nil }
    }
    return .integers(integers)
  }

  private mutating func integer() -> Int? {
    guard let first = next() else { return nil }
    let start = position
    if first == UInt8(ascii: "-") { position += 1 }
    while position < bytes.count, UInt8(ascii: "0")...UInt8(ascii: "9") ~= bytes[position] {
      position += 1
    }
    let number = Int(String(decoding: bytes[start..<position], as: UTF8.self))
    if position < bytes.count, bytes[position] == UInt8(ascii: "L") { position += 1 }
    return number
  }

  /// Skips a list, such as the fields of a record, without recursion.
  private mutating func list() -> Value? {
    var depth = 0
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      if byte == UInt8(ascii: "[") { depth += 1 }
      if byte == UInt8(ascii: "]") { depth -= 1 }
      if depth == 0 { return .other }
    }
    return nil
  }

  private mutating func string() -> String? {
    guard let quote = next(), quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") else {
      return nil
    }
    let rest = bytes[(position + 1)...]
    guard let end = rest.firstIndex(of: quote) else { return nil }
    defer { position = end + 1 }
    return String(decoding: rest[..<end], as: UTF8.self)
  }

  /// The next byte that is no white space.
  private mutating func next() -> UInt8? {
    while position < bytes.count, bytes[position] == 32 || 9...13 ~= bytes[position] {
      position += 1
    }
    return position < bytes.count ? bytes[position] : nil
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard next() == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }
}
