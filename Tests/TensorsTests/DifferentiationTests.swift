import Tensors
import TestSupport
import Testing

private let point = Tensor([0.5, -1.0, 2.0])

/// `(x0 x1, sin x2)`, whose Jacobian is known.
private func twoValues(_ x: Tensor) -> Tensor {
  Tensor.stacking([x[0] * x[1], x[2].sin()])
}

@Test("A value comes with its gradient, for one input and for several")
func valuesWithGradients() {
  let (value, slope) = valueAndGradient(at: point) { $0.power(3).sum() }
  expectClose(value, Tensor(scalar: 7.125), absolute: 1e-12)
  expectClose(slope, Tensor([0.75, 3.0, 12.0]), absolute: 1e-12)
  let (_, slopes) = valueAndGradients(at: [point, point]) { ($0[0] * $0[1].square()).sum() }
  expectClose(slopes[0], point.square(), absolute: 1e-12)
  expectClose(slopes[1], 2 * point.square(), absolute: 1e-12)
}

@Test("A function without influence has gradient zero, and a detached part counts for nothing")
func zeroGradients() {
  expectClose(gradient(at: point) { _ in Tensor(scalar: 1.0) }, point.zerosLike(), absolute: 0)
  expectClose(
    gradient(at: point) { ($0.detached() * $0).sum() }, point, absolute: 0)
}

@Test("Products with the Jacobian, from the left and from the right, equal its closed form")
func jacobianProducts() {
  let cosine = Tensor([2.0]).cos()
  let pulled = vectorJacobianProduct(of: twoValues, at: point, with: Tensor([10.0, 3.0]))
  expectClose(pulled.value, twoValues(point), absolute: 1e-12)
  expectClose(
    pulled.product, Tensor.concatenating([Tensor([-10.0, 5.0]), 3 * cosine]), absolute: 1e-12)
  let pushed = jacobianVectorProduct(of: twoValues, at: point, with: Tensor([1.0, 2.0, 3.0]))
  expectClose(pushed.value, twoValues(point), absolute: 1e-12)
  expectClose(
    pushed.product, Tensor.concatenating([Tensor([0.0]), 3 * cosine]), absolute: 1e-12)
}

@Test("The Hessian of a cubic times a vector is 6 x v")
func hessianProducts() {
  let vector = Tensor([1.0, 2.0, 3.0])
  let product = hessianVectorProduct(of: { $0.power(3).sum() }, at: point, with: vector)
  expectClose(product, 6 * point * vector, absolute: 1e-12)
}

@Test("Nested gradients are second and third derivatives")
func nestedGradients() {
  let second = gradient(at: point) { x in gradient(at: x) { $0.exp().sum() }.sum() }
  expectClose(second, point.exp(), absolute: 1e-12)
  let third = gradient(at: point) { x in
    gradient(at: x) { y in gradient(at: y) { $0.power(4).sum() }.sum() }.sum()
  }
  expectClose(third, 24 * point, absolute: 1e-12)
}

@Test("An inner gradient sees the outer variable, and mixed derivatives are right")
func mixedDerivatives() {
  // d/dx of x · d/dy (x y²) at y = 3 is d/dx (6 x²).
  let slope = gradient(at: point) { x in
    let inner = gradient(at: Tensor([3.0, 3.0, 3.0])) { y in (x * y.square()).sum() }
    return (x * inner).sum()
  }
  expectClose(slope, 12 * point, absolute: 1e-12)
}

@Test("A gradient taken inside a function that throws leaves nothing behind")
func throwingFunctions() {
  struct Stop: Error {}
  #expect(throws: Stop.self) { try gradient(at: point) { _ throws(Stop) in throw Stop() } }
  let (value, _) = valueAndGradient(at: point) { $0.sum() }
  expectClose(gradient(at: point) { ($0 * value).sum() }, value.broadcast(to: [3]), absolute: 0)
}
