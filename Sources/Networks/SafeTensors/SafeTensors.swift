import Foundation
import Tensors

/// Named tensors as the safetensors format keeps them: a header in JSON, then raw elements end to
/// end.
///
/// Nothing in such a file is run. A reader needs to trust nobody, and checks every number before it
/// uses it.
///
/// - Source: the format's description, github.com/huggingface/safetensors, "Format".
public struct SafeTensors: Sendable {
  public var tensors: [String: Tensor]
  /// Text that is kept beside the tensors.
  public var metadata: [String: String]

  public init(_ tensors: [String: Tensor], metadata: [String: String] = [:]) {
    (self.tensors, self.metadata) = (tensors, metadata)
  }

  /// Reads a file.
  ///
  /// Half precision becomes single precision; every other element type stays what it is.
  ///
  /// - Throws: `NetworkError.missingFile` or `.malformed`.
  public init(reading path: String) throws(NetworkError) {
    try self.init(bytes: contents(ofModelFile: path), path: path)
  }

  /// Reads the bytes of a file; `path` is what messages call it.
  public init(bytes: Data, path: String) throws(NetworkError) {
    let (header, start) = try SafeTensorsHeader.read(bytes, path: path)
    try header.checkPlaces(size: bytes.count - start, path: path)
    var tensors: [String: Tensor] = [:]
    for (name, entry) in header.entries {
      tensors[name] = bytes.withUnsafeBytes { buffer in
        let place = entry.offsets[0] + start..<entry.offsets[1] + start
        return entry.type!.tensor(
          UnsafeRawBufferPointer(rebasing: buffer[place]), shape: entry.shape)
      }
    }
    self.init(tensors, metadata: header.metadata)
  }
}

/// The element types of the format that can be read.
enum SafeTensorsType: String {
  case float64 = "F64"
  case float32 = "F32"
  case float16 = "F16"
  case bfloat16 = "BF16"
  case int64 = "I64"
  case int32 = "I32"
  case uint8 = "U8"
  case bool = "BOOL"

  /// The bytes that one element takes in the file.
  var width: Int { self == .float16 ? 2 : dtype.byteCount }

  /// The type that a tensor read from this one has.
  var dtype: DType {
    switch self {
    case .float64: .float64
    case .float32, .float16: .float32
    case .bfloat16: .bfloat16
    case .int64: .int64
    case .int32: .int32
    case .uint8: .uint8
    case .bool: .bool
    }
  }

  init(_ dtype: DType) {
    switch dtype {
    case .float64: self = .float64
    case .float32: self = .float32
    case .bfloat16: self = .bfloat16
    case .int64: self = .int64
    case .int32: self = .int32
    case .uint8: self = .uint8
    case .bool: self = .bool
    }
  }

  /// - Precondition: `bytes` holds exactly the elements of `shape`.
  func tensor(_ bytes: UnsafeRawBufferPointer, shape: Shape) -> Tensor {
    switch self {
    case .float16:
      let elements = (0..<bytes.count / 2).map {
        Float(Float16(bitPattern: bytes.loadUnaligned(fromByteOffset: 2 * $0, as: UInt16.self)))
      }
      return Tensor(elements, shape: shape)
    case .bool: return Tensor(bytes.map { $0 != 0 }, shape: shape)
    case .float64, .float32, .bfloat16, .int64, .int32, .uint8:
      return Tensor(copying: bytes, dtype: dtype, shape: shape)
    }
  }
}
