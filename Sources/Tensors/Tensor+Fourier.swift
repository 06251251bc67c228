extension Operator {
  fileprivate static let realTransform = Operator("fft_rfftn")
  fileprivate static let inverseRealTransform = Operator("fft_irfftn")
  fileprivate static let transform = Operator("fft_fftn")
  fileprivate static let inverseTransform = Operator("fft_ifftn")
  fileprivate static let viewAsReal = Operator("view_as_real")
  fileprivate static let viewAsComplex = Operator("view_as_complex")
}

/// Discrete Fourier transforms. A complex number is a pair in a last axis of size 2: real,
/// imaginary.
extension Tensor {
  /// The transform of real data over `axes`; the last of them keeps `size / 2 + 1` frequencies.
  public func realFourierTransform(axes: [Int]) -> Tensor {
    Operator.viewAsReal(.tensor(Operator.realTransform(.tensor(self), nil, .integers(axes))))
  }

  /// The real data whose transform this is; `sizes` are the sizes of `axes` in the result.
  public func inverseRealFourierTransform(axes: [Int], sizes: [Int]) -> Tensor {
    Operator.inverseRealTransform(.tensor(asComplex), .integers(sizes), .integers(axes))
  }

  /// The transform of complex data over `axes`, which do not count the pair.
  public func fourierTransform(axes: [Int]) -> Tensor {
    Operator.viewAsReal(.tensor(Operator.transform(.tensor(asComplex), nil, .integers(axes))))
  }

  public func inverseFourierTransform(axes: [Int]) -> Tensor {
    Operator.viewAsReal(
      .tensor(Operator.inverseTransform(.tensor(asComplex), nil, .integers(axes))))
  }

  private var asComplex: Tensor { Operator.viewAsComplex(.tensor(contiguous())) }
}
