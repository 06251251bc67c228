import CTorch

/// The sizes of a tensor's axes, outermost first.
public typealias Shape = [Int]

/// An n-dimensional array of numbers, with value semantics.
///
/// Operations never change a tensor; they return another one, which may share memory with it. A
/// shape mismatch is a programmer's error and traps with a message that names the shapes. Values
/// that come from outside are checked where they enter, not here.
public struct Tensor: Sendable {
  let storage: TensorStorage

  init(_ storage: TensorStorage) {
    self.storage = storage
  }

  /// Calls `body` with the raw handle and keeps the tensor alive meanwhile.
  func withHandle<Result>(_ body: (OpaquePointer) -> Result) -> Result {
    withExtendedLifetime(storage) { body(storage.handle) }
  }

  /// The number of axes.
  public var rank: Int { withHandle { Int(assay_tensor_rank($0)) } }

  /// The number of elements.
  public var count: Int { withHandle { Int(assay_tensor_count($0)) } }

  /// The size of every axis.
  public var shape: Shape {
    withHandle { handle in
      (0..<assay_tensor_rank(handle)).map { Int(assay_tensor_size(handle, $0)) }
    }
  }

  /// The size of one axis; a negative `axis` counts from the end.
  public func size(_ axis: Int) -> Int {
    let rank = rank
    precondition(-rank..<rank ~= axis, "axis \(axis) does not exist in shape \(shape)")
    return withHandle { Int(assay_tensor_size($0, Int32(axis < 0 ? axis + rank : axis))) }
  }

  public var dtype: DType {
    let raw = withHandle { assay_tensor_dtype($0) }
    guard let dtype = DType(rawValue: raw) else {
      preconditionFailure("libtorch made a tensor of type number \(raw), which Assay does not use")
    }
    return dtype
  }

  public var device: Device {
    var index: Int32 = 0
    return withHandle { assay_tensor_device($0, &index) } == 0 ? .cpu : .cuda(index: Int(index))
  }

  /// Whether a gradient that is being taken follows this tensor.
  var isTracked: Bool { withHandle { assay_tensor_is_tracked($0) } != 0 }
}

extension Tensor: CustomStringConvertible {
  public var description: String {
    let shown = prefixForDisplay.map { "\($0)" }.joined(separator: ", ")
    return "Tensor(\(dtype), shape: \(shape), [\(shown)\(count > 8 ? ", …" : "")])"
  }

  private var prefixForDisplay: [Double] {
    flattened().narrowed(axis: 0, from: 0, count: Swift.min(count, 8)).elements(as: Double.self)
  }
}
