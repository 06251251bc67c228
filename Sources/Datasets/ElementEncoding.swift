import Tensors

/// How a file lays out the elements of an array.
struct ElementEncoding: Hashable, Sendable {
  enum Kind: Hashable, Sendable {
    case float, signed, unsigned, boolean
  }

  let kind: Kind
  let size: Int
  let isBigEndian: Bool

  /// The type of tensor that holds these elements without loss; the widest unsigned ones lose their
  /// top bit.
  var dtype: DType {
    switch (kind, size) {
    case (.float, 8): .float64
    case (.float, _): .float32
    case (.boolean, _): .bool
    case (.unsigned, 1): .uint8
    case (.signed, 1), (.signed, 2), (.signed, 4), (.unsigned, 2): .int32
    default: .int64
    }
  }

  /// Whether the file's bytes are the tensor's bytes.
  private var isNative: Bool {
    size == dtype.byteCount && (size == 1 || !isBigEndian) && kind != .boolean
  }

  /// Makes a tensor of the elements, mapped where the file's bytes are the tensor's.
  ///
  /// - Throws: `DataError.truncated` if there are too few bytes; `tooLarge` if they cannot be held.
  func tensor(of bytes: Bytes, shape: Shape, _ limits: DataLimits) throws(DataError) -> Tensor {
    guard let needed = DataLimits.byteCount(of: shape, elementSize: size),
      let held = DataLimits.byteCount(of: shape, elementSize: max(size, dtype.byteCount))
    else {
      throw .tooLarge(path: bytes.source, what: "an array", size: .max, limit: limits.bytes)
    }
    let data = try bytes.slice(from: 0, count: needed)
    let isAligned = Int(bitPattern: data.buffer.baseAddress) % dtype.byteCount == 0
    if isNative, isAligned, needed > 0 {
      return Tensor(borrowing: data.buffer, of: data.storage, dtype: dtype, shape: shape)
    }
    guard held <= limits.bytes else {
      throw .tooLarge(
        path: bytes.source, what: "an array to convert", size: held, limit: limits.bytes)
    }
    return try converted(isBigEndian && size > 1 ? swapped(data) : data).reshaped(to: shape)
  }

  /// The elements with their bytes in the machine's order.
  private func swapped(_ data: Bytes) -> Bytes {
    let rows = Tensor(copying: data.buffer, dtype: .uint8, shape: [data.count / size, size])
    return Bytes(rows.reversed(axes: [1]).bytes(), source: data.source)
  }

  private func converted(_ data: Bytes) throws(DataError) -> Tensor {
    switch (kind, size) {
    case (.float, 2): widened(data, from: Float16.self) { Float($0) }
    case (.signed, 1): widened(data, from: Int8.self) { Int32($0) }
    case (.signed, 2): widened(data, from: Int16.self) { Int32($0) }
    case (.unsigned, 2): widened(data, from: UInt16.self) { Int32($0) }
    case (.unsigned, 4): widened(data, from: UInt32.self) { Int($0) }
    case (.boolean, _):
      Tensor(copying: data.buffer, dtype: .uint8, shape: [data.count]) .!= 0
    case (.unsigned, 8): try checkedUnsigned(data)
    default: Tensor(copying: data.buffer, dtype: dtype, shape: [data.count / size])
    }
  }

  private func checkedUnsigned(_ data: Bytes) throws(DataError) -> Tensor {
    let tensor = Tensor(copying: data.buffer, dtype: .int64, shape: [data.count / size])
    guard tensor.count == 0 || tensor.min().item() >= 0 else {
      throw .unsupportedType(path: data.source, type: "uint64 above the range of int64")
    }
    return tensor
  }

  private func widened<Source, Target: TensorElement>(
    _ data: Bytes, from type: Source.Type, _ widen: (Source) -> Target
  ) -> Tensor {
    let elements = [Target](unsafeUninitializedCapacity: data.count / size) { target, count in
      for index in 0..<data.count / size {
        let element = data.buffer.loadUnaligned(fromByteOffset: index * size, as: type)
        target.initializeElement(at: index, to: widen(element))
      }
      count = data.count / size
    }
    return Tensor(elements)
  }
}
