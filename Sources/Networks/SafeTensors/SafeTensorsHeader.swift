import Foundation
import Tensors

/// What the header of a safetensors file says of each tensor.
struct SafeTensorsHeader: Codable {
  struct Entry: Codable {
    let dtype: String
    let shape: [Int]
    /// Where the elements begin and end, counted from the end of the header.
    let offsets: [Int]

    enum CodingKeys: String, CodingKey {
      case dtype, shape
      case offsets = "data_offsets"
    }

    var type: SafeTensorsType? { SafeTensorsType(rawValue: dtype) }
  }

  private struct Name: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
    static let metadata = Name(stringValue: "__metadata__")
  }

  var entries: [String: Entry]
  var metadata: [String: String]

  init(entries: [String: Entry], metadata: [String: String]) {
    (self.entries, self.metadata) = (entries, metadata)
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Name.self)
    metadata = try container.decodeIfPresent([String: String].self, forKey: .metadata) ?? [:]
    entries = [:]
    for name in container.allKeys where name.stringValue != Name.metadata.stringValue {
      entries[name.stringValue] = try container.decode(Entry.self, forKey: name)
    }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Name.self)
    if !metadata.isEmpty { try container.encode(metadata, forKey: .metadata) }
    for (name, entry) in entries { try container.encode(entry, forKey: Name(stringValue: name)) }
  }

  /// The most bytes that a header may have.
  private static let largest = 16 << 20

  /// Reads the header, and where the elements after it begin.
  ///
  /// - Throws: `NetworkError.malformed`.
  static func read(
    _ bytes: Data, path: String
  ) throws(NetworkError) -> (header: SafeTensorsHeader, end: Int) {
    guard bytes.count >= 8 else {
      throw .malformed(file: path, reason: "it is too short for a safetensors file.")
    }
    let length = bytes.withUnsafeBytes { UInt64(littleEndian: $0.loadUnaligned(as: UInt64.self)) }
    guard length <= largest, length <= bytes.count - 8 else {
      throw .malformed(
        file: path,
        reason:
          "it is no safetensors file, or is truncated: it declares a header of \(length) bytes.")
    }
    let end = 8 + Int(length)
    let text = bytes.subdata(in: bytes.startIndex + 8..<bytes.startIndex + end)
    guard text.first == UInt8(ascii: "{"),
      let header = try? JSONDecoder().decode(SafeTensorsHeader.self, from: text)
    else { throw .malformed(file: path, reason: "its header is not what safetensors prescribes.") }
    return (header, end)
  }

  /// Checks that the tensors fill `size` bytes without holes or overlaps.
  ///
  /// - Throws: `NetworkError.malformed`, naming the tensor.
  func checkPlaces(size: Int, path: String) throws(NetworkError) {
    for (name, entry) in entries {
      func malformed(_ reason: String) -> NetworkError {
        .malformed(file: path, reason: "the tensor '\(name)' \(reason)")
      }
      guard let type = entry.type else {
        throw malformed("has the element type \(entry.dtype), which cannot be read.")
      }
      guard entry.shape.count <= 16, let count = entry.shape.checkedProduct,
        let needed = [count, type.width].checkedProduct
      else { throw malformed("has the impossible shape \(entry.shape).") }
      guard entry.offsets.count == 2, 0...size ~= entry.offsets[0],
        entry.offsets[0]...size ~= entry.offsets[1],
        entry.offsets[1] - entry.offsets[0] == needed
      else {
        throw malformed(
          "of shape \(entry.shape) needs \(needed) bytes, but its place is \(entry.offsets) of \(size)."
        )
      }
    }
    var end = 0
    for place in entries.values.map(\.offsets).sorted(by: { ($0[0], $0[1]) < ($1[0], $1[1]) }) {
      guard place[0] == end else {
        throw .malformed(file: path, reason: "its tensors overlap or leave a hole at byte \(end).")
      }
      end = place[1]
    }
    guard end == size else {
      throw .malformed(file: path, reason: "it has \(size - end) bytes that belong to no tensor.")
    }
  }
}
