import CTorch

extension Operator {
  fileprivate static let matmul = Operator("matmul")
  fileprivate static let einsum = Operator("einsum")
  fileprivate static let outer = Operator("outer")
}

extension Tensor {
  /// The matrix product over the last two axes; leading axes broadcast, vectors gain an axis for
  /// the while.
  public func matmul(_ other: Tensor) -> Tensor { Operator.matmul(.tensor(self), .tensor(other)) }

  /// `self · weightᵀ + bias`.
  ///
  /// - Shape: `self` `[..., in]`, `weight` `[out, in]`, `bias` `[out]`; the result is `[..., out]`.
  public func linear(weight: Tensor, bias: Tensor?) -> Tensor {
    let operands = (storage, weight.storage, bias?.storage)
    do {
      return Tensor(
        try withExtendedLifetime(operands) { () throws(BackendError) in
          try TensorStorage { result in
            assay_linear(operands.0.handle, operands.1.handle, operands.2?.handle, &result)
          }
        })
    } catch {
      fatalError("linear of \(shape), \(weight.shape): \(error)")
    }
  }

  public func outerProduct(_ other: Tensor) -> Tensor {
    Operator.outer(.tensor(self), .tensor(other))
  }

  /// A sum of products in Einstein's notation, such as `"bij,bjk->bik"`.
  public static func einsum(_ equation: StaticString, _ operands: Tensor...) -> Tensor {
    Operator.einsum(.text(equation), .tensors(operands))
  }
}
