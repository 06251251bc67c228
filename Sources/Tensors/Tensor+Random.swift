extension Operator {
  fileprivate static let uniform = Operator("rand", "generator")
  fileprivate static let normal = Operator("randn", "generator")
  fileprivate static let integers = Operator("randint", "low_generator")
  fileprivate static let permutation = Operator("randperm", "generator")
  fileprivate static let bernoulli = Operator("bernoulli")
  fileprivate static let poisson = Operator("poisson")
  fileprivate static let multinomial = Operator("multinomial")
}

/// Random tensors on the CPU. Each draw takes one number from the generator, whatever its size.
extension Tensor {
  /// Numbers spread evenly over `range`.
  public static func uniform(
    _ shape: Shape, in range: ClosedRange<Double> = 0...1, dtype: DType = .float32,
    using generator: inout some RandomNumberGenerator
  ) -> Tensor {
    let unit = Operator.uniform(.integers(shape), .seed(generator.next()), .dtype(dtype))
    return range == 0...1
      ? unit : unit * (range.upperBound - range.lowerBound) + range.lowerBound
  }

  /// Numbers from the normal distribution with mean 0 and standard deviation 1.
  public static func normal(
    _ shape: Shape, dtype: DType = .float32, using generator: inout some RandomNumberGenerator
  ) -> Tensor {
    Operator.normal(.integers(shape), .seed(generator.next()), .dtype(dtype))
  }

  /// Integers from `range`, each as likely.
  public static func randomIntegers(
    _ shape: Shape, in range: Range<Int>, using generator: inout some RandomNumberGenerator
  ) -> Tensor {
    Operator.integers(
      .integer(range.lowerBound), .integer(range.upperBound), .integers(shape),
      .seed(generator.next()))
  }

  /// The numbers from 0 up to, but not including, `count`, shuffled.
  public static func permutation(
    _ count: Int, using generator: inout some RandomNumberGenerator
  ) -> Tensor {
    Operator.permutation(.integer(count), .seed(generator.next()))
  }

  /// For each element, a probability, 1 with that probability and 0 otherwise.
  public func bernoulli(using generator: inout some RandomNumberGenerator) -> Tensor {
    Operator.bernoulli(.tensor(self), .seed(generator.next()))
  }

  /// For each element, a rate, a count from the Poisson distribution.
  public func poisson(using generator: inout some RandomNumberGenerator) -> Tensor {
    Operator.poisson(.tensor(self), .seed(generator.next()))
  }

  /// For each row of weights, `count` drawn indices.
  public func multinomial(
    _ count: Int, replacing: Bool, using generator: inout some RandomNumberGenerator
  ) -> Tensor {
    Operator.multinomial(
      .tensor(self), .integer(count), .boolean(replacing), .seed(generator.next()))
  }
}
