import Foundation

/// The wire format of protocol buffers: numbered fields with varints or counted bytes.
public struct ProtoMessage: Sendable {
  public var bytes = Data()

  public init() {}

  public mutating func add(_ field: Int, _ number: Int) {
    appendVarint(UInt64(field) << 3)
    appendVarint(UInt64(bitPattern: Int64(number)))
  }

  public mutating func add(_ field: Int, _ content: Data) {
    appendVarint(UInt64(field) << 3 | 2)
    appendVarint(UInt64(content.count))
    bytes += content
  }

  public mutating func add(_ field: Int, _ text: String) { add(field, Data(text.utf8)) }
  public mutating func add(_ field: Int, _ message: ProtoMessage) { add(field, message.bytes) }

  private mutating func appendVarint(_ value: UInt64) {
    var rest = value
    while rest >= 128 {
      bytes.append(UInt8(rest & 127) | 128)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }
}
