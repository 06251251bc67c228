import CTorch

/// Applies a function of single examples to whole batches, in one pass.
///
/// Inside `function` each tensor looks like one row of the first axis of its input; what it returns
/// is stacked along a new first axis. Tensors that `function` captures are the same for every row.
///
/// - Precondition: the inputs' first axes have one size, and `function` does not look at single
///   values. It computes each row by itself: batch normalization in training mode has no batch in
///   here, and traps.
public func vectorized(
  over inputs: [Tensor], _ function: ([Tensor]) throws -> Tensor
) rethrows -> Tensor {
  let size = inputs[0].size(0)
  precondition(
    inputs.allSatisfy { $0.size(0) == size }, "first axes differ: \(inputs.map(\.shape))")
  var level: Int64 = 0
  guard assay_batching_begin(Int64(size), &level) == 0 else {
    fatalError("vectorized: \(BackendError.last())")
  }
  defer { precondition(assay_batching_end() == 0, "vectorized: \(BackendError.last())") }
  let rows = inputs.map { input in
    Tensor.trapping { result in input.withHandle { assay_batching_wrap($0, level, &result) } }
  }
  let output = try function(rows)
  return Tensor.trapping { result in
    output.withHandle { assay_batching_unwrap($0, level, Int64(size), &result) }
  }
}

/// Returns, for each row of `examples`, the gradient at `point` of a scalar function of `point` and
/// the row.
///
/// - Shape: `[rows] + point.shape`. Memory grows with rows times `point.count`.
/// - Precondition: as for `vectorized(over:_:)`; there is at least one example.
public func perExampleGradients(
  at point: Tensor, over examples: [Tensor],
  of function: (_ point: Tensor, _ example: [Tensor]) throws -> Tensor
) rethrows -> Tensor {
  let rows = examples[0].size(0)
  let copies = point.expandedDimension(at: 0).broadcast(to: [rows] + point.shape)
  return try gradient(at: copies) { copies in
    try vectorized(over: [copies] + examples) { try function($0[0], Array($0.dropFirst())) }.sum()
  }
}

/// Returns the Jacobian of `function` at `input`.
///
/// - Shape: the output's shape, followed by the input's.
public func jacobian(
  of function: (Tensor) throws -> Tensor, at input: Tensor
) rethrows -> Tensor {
  let outputShape = try function(input).shape
  let outputs = outputShape.reduce(1, *)
  let copies = input.expandedDimension(at: 0).broadcast(to: [outputs] + input.shape)
  let basis = Tensor.identity(outputs, dtype: input.dtype).reshaped(to: [outputs] + outputShape)
  let rows = try gradient(at: copies) { copies in
    try vectorized(over: [copies, basis]) { (try function($0[0]) * $0[1]).sum() }.sum()
  }
  return rows.reshaped(to: outputShape + input.shape)
}
