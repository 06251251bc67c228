import CTorch

extension Tensor {
  /// Reads all elements in row-major order, converting them to `Element` first.
  public func elements<Element: TensorElement>(as type: Element.Type) -> [Element] {
    let source = cast(to: Element.dtype)
    return [Element](unsafeUninitializedCapacity: source.count) { buffer, initialized in
      let status = source.withHandle {
        assay_tensor_read($0, buffer.baseAddress, source.count * MemoryLayout<Element>.stride)
      }
      precondition(status == 0, "libtorch: \(BackendError.last())")
      initialized = source.count
    }
  }

  /// The elements as single-precision numbers, in row-major order.
  public var scalars: [Float] { elements(as: Float.self) }

  /// The elements as integers, in row-major order.
  public var integers: [Int] { elements(as: Int.self) }

  /// The elements as booleans, in row-major order.
  public var booleans: [Bool] { elements(as: Bool.self) }

  /// The only element.
  ///
  /// - Precondition: `count` is 1.
  public func item() -> Double {
    precondition(count == 1, "shape \(shape) does not hold one element")
    return elements(as: Double.self)[0]
  }

  /// The elements' bytes, in row-major order and the machine's byte order.
  public func bytes() -> [UInt8] {
    let size = count * dtype.byteCount
    return [UInt8](unsafeUninitializedCapacity: size) { buffer, initialized in
      let status = withHandle { assay_tensor_read($0, buffer.baseAddress, size) }
      precondition(status == 0, "libtorch: \(BackendError.last())")
      initialized = size
    }
  }
}
