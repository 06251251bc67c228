/// The type of a tensor's elements; raw values are libtorch's own numbers.
public enum DType: Int32, Sendable, Hashable, CaseIterable {
  case uint8 = 0
  case int32 = 3
  case int64 = 4
  case float32 = 6
  case float64 = 7
  case bool = 11
  /// Sixteen bits with the exponent of `float32`; meant for devices, slow on a CPU.
  case bfloat16 = 15

  public var isFloatingPoint: Bool {
    switch self {
    case .float32, .float64, .bfloat16: true
    case .uint8, .int32, .int64, .bool: false
    }
  }

  /// The bytes that one element takes.
  public var byteCount: Int {
    switch self {
    case .uint8, .bool: 1
    case .bfloat16: 2
    case .int32, .float32: 4
    case .int64, .float64: 8
    }
  }
}

/// A Swift type that a tensor can be made of and read as.
public protocol TensorElement: Sendable {
  static var dtype: DType { get }
}

extension UInt8: TensorElement { public static var dtype: DType { .uint8 } }
extension Int32: TensorElement { public static var dtype: DType { .int32 } }
extension Int: TensorElement { public static var dtype: DType { .int64 } }
extension Float: TensorElement { public static var dtype: DType { .float32 } }
extension Double: TensorElement { public static var dtype: DType { .float64 } }
extension Bool: TensorElement { public static var dtype: DType { .bool } }
