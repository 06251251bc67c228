extension Operator {
  fileprivate static let sum = Operator("sum", "dim_IntList")
  fileprivate static let mean = Operator("mean", "dim")
  fileprivate static let maximum = Operator("amax")
  fileprivate static let minimum = Operator("amin")
  fileprivate static let product = Operator("prod", "dim_int")
  fileprivate static let variance = Operator("var", "correction")
  fileprivate static let logSumExp = Operator("logsumexp")
  fileprivate static let vectorNorm = Operator("linalg_vector_norm")
  fileprivate static let argmax = Operator("argmax")
  fileprivate static let argmin = Operator("argmin")
  fileprivate static let any = Operator("any", "dims")
  fileprivate static let all = Operator("all", "dims")
  fileprivate static let cumulativeSum = Operator("cumsum")
  fileprivate static let cumulativeProduct = Operator("cumprod")
}

/// Reductions over some axes, or over all when none are named. Negative axes count from the end.
///
/// A reduced axis disappears, or stays with size 1 where `keepingAxes` is set.
extension Tensor {
  public func sum(axes: [Int]? = nil, keepingAxes: Bool = false) -> Tensor {
    Operator.sum(.tensor(self), axes.argument, .boolean(keepingAxes))
  }
  public func mean(axes: [Int]? = nil, keepingAxes: Bool = false) -> Tensor {
    Operator.mean(.tensor(self), axes.argument, .boolean(keepingAxes))
  }
  public func max(axes: [Int]? = nil, keepingAxes: Bool = false) -> Tensor {
    Operator.maximum(.tensor(self), .integers(axes ?? []), .boolean(keepingAxes))
  }
  public func min(axes: [Int]? = nil, keepingAxes: Bool = false) -> Tensor {
    Operator.minimum(.tensor(self), .integers(axes ?? []), .boolean(keepingAxes))
  }

  public func product(axis: Int, keepingAxes: Bool = false) -> Tensor {
    Operator.product(.tensor(self), .integer(axis), .boolean(keepingAxes))
  }

  /// The mean squared distance from the mean, divided by `count - correction`.
  public func variance(
    axes: [Int]? = nil, correction: Double = 0, keepingAxes: Bool = false
  ) -> Tensor {
    Operator.variance(.tensor(self), axes.argument, .real(correction), .boolean(keepingAxes))
  }

  /// `log(sum(exp(x)))`, without overflow.
  public func logSumExp(axes: [Int], keepingAxes: Bool = false) -> Tensor {
    Operator.logSumExp(.tensor(self), .integers(axes), .boolean(keepingAxes))
  }

  /// The norm of order `order`, such as 1, 2 or infinity; order 0 counts what is not zero.
  public func norm(order: Double = 2, axes: [Int]? = nil, keepingAxes: Bool = false) -> Tensor {
    Operator.vectorNorm(.tensor(self), .real(order), axes.argument, .boolean(keepingAxes))
  }

  /// The index of the largest element along `axis`; ties go to the lowest index.
  public func argmax(axis: Int, keepingAxes: Bool = false) -> Tensor {
    Operator.argmax(.tensor(self), .integer(axis), .boolean(keepingAxes))
  }
  public func argmin(axis: Int, keepingAxes: Bool = false) -> Tensor {
    Operator.argmin(.tensor(self), .integer(axis), .boolean(keepingAxes))
  }

  public func any(axes: [Int]? = nil, keepingAxes: Bool = false) -> Tensor {
    Operator.any(.tensor(self), axes.argument, .boolean(keepingAxes))
  }
  public func all(axes: [Int]? = nil, keepingAxes: Bool = false) -> Tensor {
    Operator.all(.tensor(self), axes.argument, .boolean(keepingAxes))
  }

  public func cumulativeSum(axis: Int) -> Tensor {
    Operator.cumulativeSum(.tensor(self), .integer(axis))
  }
  public func cumulativeProduct(axis: Int) -> Tensor {
    Operator.cumulativeProduct(.tensor(self), .integer(axis))
  }

  /// The scalar product of all elements.
  public func dot(_ other: Tensor) -> Tensor { flattened().matmul(other.flattened()) }
}

extension [Int]? {
  fileprivate var argument: Argument { map(Argument.integers) ?? .none }
}
