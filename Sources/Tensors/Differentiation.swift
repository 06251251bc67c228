import CTorch

/// How many gradients enclose the current call on this thread; inside another one, a tape must be
/// kept.
///
/// The task-local value is an implementation detail: results do not depend on it, only what is
/// recorded.
enum Tape {
  @TaskLocal static var depth = 0

  /// Runs `body` on tracked copies of `inputs` and returns what it makes and the gradients of that.
  static func record<Output>(
    at inputs: [Tensor], _ body: ([Tensor]) throws -> (outputs: [Tensor], result: Output),
    cotangents: ([Tensor]) -> [Tensor]
  ) rethrows -> (result: Output, gradients: [Tensor]) {
    let isNested = depth > 0
    return try $depth.withValue(depth + 1) {
      let watched = inputs.map { input in
        Tensor.trapping { result in input.withHandle { assay_tensor_watch($0, &result) } }
      }
      let (outputs, result) = try body(watched)
      let found = gradients(
        of: outputs, weightedBy: cotangents(outputs), in: watched, keepingTape: isNested)
      return (result, found)
    }
  }

  private static func gradients(
    of outputs: [Tensor], weightedBy cotangents: [Tensor], in inputs: [Tensor], keepingTape: Bool
  ) -> [Tensor] {
    for (output, cotangent) in zip(outputs, cotangents) {
      precondition(
        output.shape == cotangent.shape,
        "a cotangent of shape \(cotangent.shape) for an output of shape \(output.shape)")
    }
    var results = [OpaquePointer?](repeating: nil, count: inputs.count)
    let status = withExtendedLifetime((outputs, cotangents, inputs)) {
      let (ends, weights) = (outputs.handles, cotangents.handles)
      return assay_gradients(
        ends, weights, ends.count, inputs.handles, inputs.count, keepingTape ? 1 : 0, &results)
    }
    guard status == 0 else { fatalError("gradient: \(BackendError.last())") }
    return results.map { Tensor(TensorStorage(owning: $0!)) }
  }
}

extension [Tensor] {
  fileprivate var handles: [OpaquePointer?] { map { $0.storage.handle } }
}

extension Tensor {
  /// The same values without a tape: what is computed from them has no gradient in what made them.
  public func detached() -> Tensor { Operator.detach(.tensor(self)) }
}

extension Operator {
  fileprivate static let detach = Operator("detach")
}

/// Returns the gradient of a scalar function at `input`, in the shape of `input`.
///
/// Functions are pure: nothing is stored in a tensor, nothing needs to be zeroed, and a gradient
/// taken inside `function` gives second derivatives.
///
/// - Precondition: `function` returns one element.
public func gradient(
  at input: Tensor, of function: (Tensor) throws -> Tensor
) rethrows -> Tensor {
  try valueAndGradient(at: input, of: function).gradient
}

/// Returns a scalar function's value and its gradient at `input`.
public func valueAndGradient(
  at input: Tensor, of function: (Tensor) throws -> Tensor
) rethrows -> (value: Tensor, gradient: Tensor) {
  let (value, gradients) = try valueAndGradients(at: [input]) { try function($0[0]) }
  return (value, gradients[0])
}

/// Returns a scalar function's value and its gradient in each of several inputs.
public func valueAndGradients(
  at inputs: [Tensor], of function: ([Tensor]) throws -> Tensor
) rethrows -> (value: Tensor, gradients: [Tensor]) {
  let isNested = Tape.depth > 0
  let (value, gradients) = try Tape.record(at: inputs) { watched in
    let value = try function(watched)
    precondition(value.count == 1, "a gradient needs one element, not shape \(value.shape)")
    return ([value], value)
  } cotangents: {
    $0.map { $0.onesLike() }
  }
  return (isNested ? value : value.detached(), gradients)
}

/// Returns `function`'s value at `input`, and `cotangent` times its Jacobian there.
public func vectorJacobianProduct(
  of function: (Tensor) throws -> Tensor, at input: Tensor, with cotangent: Tensor
) rethrows -> (value: Tensor, product: Tensor) {
  let isNested = Tape.depth > 0
  let (value, gradients) = try Tape.record(at: [input]) { watched in
    let value = try function(watched[0])
    return ([value], value)
  } cotangents: { _ in
    [cotangent]
  }
  return (isNested ? value : value.detached(), gradients[0])
}

/// Returns `function`'s value at `input`, and its Jacobian there times `tangent`.
///
/// It is the gradient in `u` of the vector-Jacobian product with `u`, so `function` is
/// differentiated twice.
public func jacobianVectorProduct(
  of function: (Tensor) throws -> Tensor, at input: Tensor, with tangent: Tensor
) rethrows -> (value: Tensor, product: Tensor) {
  var value: Tensor?
  let shape = try function(input).detached()
  let product = try gradient(at: shape.zerosLike()) { cotangent in
    let (output, pulled) = try vectorJacobianProduct(of: function, at: input, with: cotangent)
    value = output.detached()
    return (pulled * tangent).sum()
  }
  return (value ?? shape, product)
}

/// Returns the Hessian of a scalar function at `input` times `vector`.
public func hessianVectorProduct(
  of function: (Tensor) throws -> Tensor, at input: Tensor, with vector: Tensor
) rethrows -> Tensor {
  try gradient(at: input) { point in (try gradient(at: point, of: function) * vector).sum() }
}
