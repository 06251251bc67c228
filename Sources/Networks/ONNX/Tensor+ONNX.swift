import CONNX
import Foundation
import Tensors

extension Tensor {
  /// Reads a tensor of an ONNX message.
  ///
  /// Half precision becomes single precision; integers other than `uint8`, `int32` and `int64`
  /// become one of those.
  ///
  /// - `files`: where tensors are looked for that the model keeps in other files.
  init(
    onnx source: OpaquePointer, path: String, files: inout ExternalData
  ) throws(NetworkError) {
    let name = String(cString: onnx_tensor_name(source))
    func malformed(_ reason: String) -> NetworkError {
      .malformed(file: path, reason: "the tensor '\(name)' \(reason)")
    }
    let number = Int(onnx_tensor_type(source))
    guard let type = ONNXElementType(rawValue: number) else {
      throw malformed("has element type number \(number), which cannot be read.")
    }
    var rank: Int32 = 0
    let sizes = onnx_tensor_shape(source, &rank)
    let shape = (0..<Int(rank)).map { Int(sizes![$0]) }
    guard let count = shape.checkedProduct, rank <= 16 else {
      throw malformed("has the impossible shape \(shape).")
    }
    if onnx_tensor_is_external(source) != 0 {
      let data: Data
      do throws(ExternalData.Failure) {
        data = try files.bytes(of: source, expected: type.byteCount(of: count))
      } catch {
        throw malformed(error.reason)
      }
      self = data.withUnsafeBytes { type.tensor($0, isWide: false, shape: shape) }
      return
    }
    var byteCount = 0
    var stored: Int32 = 0
    let bytes = onnx_tensor_bytes(source, &byteCount, &stored)
    let expected = stored == 0 ? type.byteCount(of: count) : type.unitCount(of: count) * Int(stored)
    guard byteCount == expected else {
      throw malformed(
        "declares \(count) elements in shape \(shape), which take \(expected) bytes, "
          + "but the file holds \(byteCount).")
    }
    let data = UnsafeRawBufferPointer(start: bytes, count: byteCount)
    self = type.tensor(data, isWide: stored != 0, shape: shape)
  }
}

extension [Int] {
  /// The product of these sizes, or nil if one is negative or they are beyond reason.
  ///
  /// Empty axes do not excuse absurd others: distances between elements have to fit as well.
  var checkedProduct: Int? {
    var reach = 1
    for size in self {
      let (next, overflow) = reach.multipliedReportingOverflow(by: Swift.max(size, 1))
      guard size >= 0, !overflow, next < Int.max / 16 else { return nil }
      reach = next
    }
    return contains(0) ? 0 : reach
  }
}

/// The element types of ONNX, by their numbers.
enum ONNXElementType: Int {
  case float32 = 1
  case uint8, int8, uint16, int16, int32, int64
  case bool = 9
  case float16, float64, uint32, uint64
  case bfloat16 = 16
  case uint4 = 21
  case int4 = 22

  /// How many stored numbers so many elements take: one each, or one for two.
  func unitCount(of count: Int) -> Int {
    self == .uint4 || self == .int4 ? (count + 1) / 2 : count
  }

  /// The bytes that so many elements take in raw data.
  func byteCount(of count: Int) -> Int {
    switch self {
    case .uint4, .int4, .uint8, .int8, .bool: unitCount(of: count)
    case .uint16, .int16, .float16, .bfloat16: 2 * count
    case .float32, .int32, .uint32: 4 * count
    case .int64, .uint64, .float64: 8 * count
    }
  }

  /// The type that a tensor read from this one has.
  var dtype: DType {
    switch self {
    case .float32, .float16, .bfloat16: .float32
    case .float64: .float64
    case .uint8: .uint8
    case .uint4, .int4, .int8, .int16, .uint16, .int32: .int32
    case .uint32, .uint64, .int64: .int64
    case .bool: .bool
    }
  }

  init(_ dtype: DType) {
    switch dtype {
    case .uint8: self = .uint8
    case .int32: self = .int32
    case .int64: self = .int64
    case .float32: self = .float32
    case .float64: self = .float64
    case .bool: self = .bool
    case .bfloat16: self = .bfloat16
    }
  }

  /// Makes a tensor of elements that are packed, or, where `isWide`, stored in four bytes each.
  func tensor(_ data: UnsafeRawBufferPointer, isWide: Bool, shape: Shape) -> Tensor {
    func read<Stored, Element: TensorElement>(
      _ stored: Stored.Type, _ convert: (Stored) -> Element
    ) -> Tensor {
      let stride = MemoryLayout<Stored>.stride
      let elements = (0..<data.count / stride).map {
        convert(data.loadUnaligned(fromByteOffset: $0 * stride, as: Stored.self))
      }
      return Tensor(elements, shape: shape)
    }
    /// Two elements lie in a byte, the first in its lower half.
    func halves(_ convert: (UInt8) -> Int32) -> Tensor {
      let elements = (0..<shape.reduce(1, *)).map { index in
        convert(data[index / 2 * (isWide ? 4 : 1)] >> (index % 2 == 0 ? 0 : 4) & 15)
      }
      return Tensor(elements, shape: shape)
    }
    return switch (self, isWide) {
    case (.uint4, _): halves { Int32($0) }
    case (.int4, _): halves { Int32($0) - ($0 > 7 ? 16 : 0) }
    case (.float32, _): Tensor(copying: data, dtype: .float32, shape: shape)
    case (.int64, _): Tensor(copying: data, dtype: .int64, shape: shape)
    case (.int32, _): Tensor(copying: data, dtype: .int32, shape: shape)
    case (.float64, _): Tensor(copying: data, dtype: .float64, shape: shape)
    case (.uint8, false): Tensor(copying: data, dtype: .uint8, shape: shape)
    case (.uint8, true): read(Int32.self) { UInt8(truncatingIfNeeded: $0) }
    case (.int8, false): read(Int8.self) { Int32($0) }
    case (.int16, false): read(Int16.self) { Int32($0) }
    case (.uint16, false): read(UInt16.self) { Int32($0) }
    case (.int8, true), (.int16, true), (.uint16, true): read(Int32.self) { $0 }
    case (.bool, false): read(UInt8.self) { $0 != 0 }
    case (.bool, true): read(Int32.self) { $0 != 0 }
    case (.float16, false): read(UInt16.self) { Float(Float16(bitPattern: $0)) }
    case (.float16, true):
      read(Int32.self) { Float(Float16(bitPattern: UInt16(truncatingIfNeeded: $0))) }
    case (.bfloat16, false): read(UInt16.self) { Float(bitPattern: UInt32($0) << 16) }
    case (.bfloat16, true):
      read(Int32.self) { Float(bitPattern: UInt32(truncatingIfNeeded: $0) << 16) }
    case (.uint32, _): read(UInt32.self) { Int($0) }
    case (.uint64, false): read(UInt64.self) { Int(truncatingIfNeeded: $0) }
    case (.uint64, true): read(Int32.self) { Int($0) }
    }
  }
}
