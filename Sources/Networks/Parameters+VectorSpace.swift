import Tensors

/// Parameters of one layout form a vector space; operands of different layouts trap.
extension Parameters {
  public static func + (left: Parameters, right: Parameters) -> Parameters {
    left.combined(with: right) { $0 + $1 }
  }
  public static func - (left: Parameters, right: Parameters) -> Parameters {
    left.combined(with: right) { $0 - $1 }
  }
  public static func * (scale: some TensorScalar, parameters: Parameters) -> Parameters {
    parameters.with(values: parameters.values * scale)
  }
  public static prefix func - (operand: Parameters) -> Parameters {
    operand.with(values: -operand.values)
  }
  public static func += (left: inout Parameters, right: Parameters) { left = left + right }
  public static func -= (left: inout Parameters, right: Parameters) { left = left - right }

  /// The scalar product.
  public func dot(_ other: Parameters) -> Double {
    checkLayout(other)
    return values.dot(other.values).item()
  }

  /// The norm of order `order`, such as 1, 2 or infinity.
  public func norm(order: Double = 2) -> Double {
    count == 0 ? 0 : values.norm(order: order).item()
  }

  /// A random direction: independent normal numbers with mean 0 and standard deviation 1.
  public func randomDirection(using generator: inout some RandomNumberGenerator) -> Parameters {
    with(values: .normal([count], dtype: values.dtype, using: &generator))
  }

  private func combined(
    with other: Parameters, _ operation: (Tensor, Tensor) -> Tensor
  ) -> Parameters {
    checkLayout(other)
    return with(values: operation(values, other.values))
  }

  private func checkLayout(_ other: Parameters) {
    precondition(layout == other.layout, "parameters of different networks do not mix")
  }
}
