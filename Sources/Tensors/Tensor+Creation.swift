import CTorch

extension Operator {
  fileprivate static let full = Operator("full")
  fileprivate static let arange = Operator("arange", "start_step")
  fileprivate static let linspace = Operator("linspace")
  fileprivate static let eye = Operator("eye")
  fileprivate static let fullLike = Operator("full_like")
  fileprivate static let toDType = Operator("to", "dtype")
  fileprivate static let toDevice = Operator("to", "device")
  fileprivate static let contiguous = Operator("contiguous")
}

extension Tensor {
  /// Copies `elements`, in row-major order, into a tensor of `shape`.
  ///
  /// - Precondition: `elements.count` is the product of `shape`.
  public init<Element: TensorElement>(_ elements: [Element], shape: Shape) {
    let expected = shape.reduce(1, *)
    precondition(
      elements.count == expected, "\(elements.count) elements do not fill shape \(shape)")
    self = elements.withUnsafeBytes { Tensor(copying: $0, dtype: Element.dtype, shape: shape) }
  }

  /// Makes a vector of `elements`.
  public init<Element: TensorElement>(_ elements: [Element]) {
    self.init(elements, shape: [elements.count])
  }

  /// Makes a tensor of rank 0.
  public init<Element: TensorElement>(scalar: Element) {
    self.init([scalar], shape: [])
  }

  /// Copies raw bytes in the machine's byte order.
  ///
  /// - Precondition: `bytes` holds exactly the elements of `shape`.
  public init(copying bytes: UnsafeRawBufferPointer, dtype: DType, shape: Shape) {
    let needed = shape.reduce(1, *) * dtype.byteCount
    precondition(bytes.count == needed, "\(bytes.count) bytes do not fill \(dtype)\(shape)")
    let sizes = shape.map(Int64.init)
    self = Tensor.trapping { result in
      assay_tensor_copying(bytes.baseAddress, dtype.rawValue, sizes, sizes.count, &result)
    }
  }

  /// Wraps the memory of `owner` without copying; `owner` lives as long as any tensor that uses it.
  ///
  /// - Precondition: `bytes` is aligned for `dtype`, holds exactly the elements of `shape`, and
  ///   never changes.
  public init(
    borrowing bytes: UnsafeRawBufferPointer, of owner: AnyObject & Sendable, dtype: DType,
    shape: Shape
  ) {
    let needed = shape.reduce(1, *) * dtype.byteCount
    precondition(bytes.count == needed, "\(bytes.count) bytes do not fill \(dtype)\(shape)")
    let sizes = shape.map(Int64.init)
    let context = Unmanaged.passRetained(owner).toOpaque()
    self = Tensor.trapping { result in
      assay_tensor_borrowing(
        UnsafeMutableRawPointer(mutating: bytes.baseAddress), dtype.rawValue, sizes, sizes.count,
        context, { Unmanaged<AnyObject>.fromOpaque($0!).release() }, &result)
    }
  }

  static func trapping(_ call: (inout OpaquePointer?) -> Int32) -> Tensor {
    do {
      return Tensor(try TensorStorage(adopting: call))
    } catch {
      fatalError("libtorch: \(error)")
    }
  }

  public static func zeros(
    _ shape: Shape, dtype: DType = .float32, device: Device = .cpu
  ) -> Tensor {
    full(0, shape, dtype: dtype, device: device)
  }

  public static func ones(
    _ shape: Shape, dtype: DType = .float32, device: Device = .cpu
  ) -> Tensor {
    full(1, shape, dtype: dtype, device: device)
  }

  public static func full(
    _ value: Double, _ shape: Shape, dtype: DType = .float32, device: Device = .cpu
  ) -> Tensor {
    Operator.full(.integers(shape), .real(value), .dtype(dtype), nil, .device(device))
  }

  public static func identity(_ size: Int, dtype: DType = .float32) -> Tensor {
    Operator.eye(.integer(size), .dtype(dtype))
  }

  /// Integers from `range.lowerBound` up to, but not including, `range.upperBound`.
  public static func range(_ range: Range<Int>, dtype: DType = .int64) -> Tensor {
    Operator.arange(.integer(range.lowerBound), .integer(range.upperBound), 1, .dtype(dtype))
  }

  /// `count` evenly spaced values; both ends of `range` are among them.
  public static func evenlySpaced(
    _ range: ClosedRange<Double>, count: Int, dtype: DType = .float32
  ) -> Tensor {
    Operator.linspace(
      .real(range.lowerBound), .real(range.upperBound), .integer(count), .dtype(dtype))
  }

  /// A tensor of the same shape, type and device, filled with `value`.
  public func filled(with value: Double) -> Tensor {
    Operator.fullLike(.tensor(self), .real(value))
  }

  public func zerosLike() -> Tensor { filled(with: 0) }
  public func onesLike() -> Tensor { filled(with: 1) }

  /// Converts the elements; returns itself when the type is the same.
  public func cast(to dtype: DType) -> Tensor {
    self.dtype == dtype ? self : Operator.toDType(.tensor(self), .dtype(dtype))
  }

  /// Copies to `device`; returns itself when it lies there.
  public func moved(to device: Device) -> Tensor {
    self.device == device ? self : Operator.toDevice(.tensor(self), .device(device), .dtype(dtype))
  }

  /// The same values, laid out in row-major order.
  public func contiguous() -> Tensor { Operator.contiguous(.tensor(self)) }
}
