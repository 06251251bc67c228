import Foundation
import Tensors

extension SafeTensors {
  /// The bytes of a file, the same for the same tensors.
  ///
  /// Wide elements come first, so that each tensor begins at a multiple of its element's size.
  public func encoded() -> Data {
    let order = tensors.sorted {
      ($1.value.dtype.byteCount, $0.key) < ($0.value.dtype.byteCount, $1.key)
    }
    var entries: [String: SafeTensorsHeader.Entry] = [:]
    var elements = Data()
    for (name, tensor) in order {
      let start = elements.count
      elements += tensor.bytes()
      entries[name] = SafeTensorsHeader.Entry(
        dtype: SafeTensorsType(tensor.dtype).rawValue, shape: tensor.shape,
        offsets: [start, elements.count])
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let header = SafeTensorsHeader(entries: entries, metadata: metadata)
    guard var text = try? encoder.encode(header) else {
      preconditionFailure("a header of names and numbers has a form in JSON")
    }
    text += Data(repeating: UInt8(ascii: " "), count: (8 - text.count % 8) % 8)
    return withUnsafeBytes(of: UInt64(text.count).littleEndian) { Data($0) } + text + elements
  }

  /// Writes a file, which appears whole or not at all.
  ///
  /// - Throws: `NetworkError.cannotWrite`.
  public func write(to path: String) throws(NetworkError) {
    do {
      try WholeFile.write(encoded(), to: path)
    } catch {
      throw .cannotWrite(file: path, reason: error.localizedDescription)
    }
  }
}
