import Foundation
import Tensors
import TestSupport
import Testing

/// A function of one number, as the tensor has it and as its formula says.
private struct Elementwise: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let actual: @Sendable (Tensor) -> Tensor
  let expected: @Sendable (Double) -> Double

  init(
    _ name: String, _ actual: @escaping @Sendable (Tensor) -> Tensor,
    _ expected: @escaping @Sendable (Double) -> Double
  ) {
    (testDescription, self.actual, self.expected) = (name, actual, expected)
  }
}

private func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }

private let everywhere: [Elementwise] = [
  Elementwise("negated", { -$0 }, { -$0 }),
  Elementwise("magnitude", { $0.magnitude() }, { abs($0) }),
  Elementwise("sign", { $0.sign() }, { $0 > 0 ? 1 : $0 < 0 ? -1 : 0 }),
  Elementwise("exp", { $0.exp() }, { exp($0) }),
  Elementwise("expMinusOne", { $0.expMinusOne() }, { expm1($0) }),
  Elementwise("square", { $0.square() }, { $0 * $0 }),
  Elementwise("sin", { $0.sin() }, { sin($0) }),
  Elementwise("cos", { $0.cos() }, { cos($0) }),
  Elementwise("tan", { $0.tan() }, { tan($0) }),
  Elementwise("atan", { $0.atan() }, { atan($0) }),
  Elementwise("floor", { $0.floor() }, { floor($0) }),
  Elementwise("ceiling", { $0.ceiling() }, { ceil($0) }),
  Elementwise("rounded", { $0.rounded() }, { $0.rounded(.toNearestOrEven) }),
  Elementwise("relu", { $0.relu() }, { max($0, 0) }),
  Elementwise("sigmoid", { $0.sigmoid() }, { sigmoid($0) }),
  Elementwise("tanh", { $0.tanh() }, { tanh($0) }),
  Elementwise(
    "selu", { $0.selu() },
    {
      1.0507009873554805 * ($0 > 0 ? $0 : 1.6732632423543772 * expm1($0))
    }),
  Elementwise("silu", { $0.silu() }, { $0 * sigmoid($0) }),
  Elementwise("hardSwish", { $0.hardSwish() }, { $0 * min(max($0 + 3, 0), 6) / 6 }),
  Elementwise("mish", { $0.mish() }, { $0 * tanh(log1p(exp($0))) }),
  Elementwise("errorFunction", { $0.errorFunction() }, { erf($0) }),
  Elementwise("logSigmoid", { $0.logSigmoid() }, { -log1p(exp(-$0)) }),
  Elementwise("clamped", { $0.clamped(to: -1...0.5) }, { min(max($0, -1), 0.5) }),
  Elementwise("clamped from below", { $0.clamped(from: 0.25) }, { max($0, 0.25) }),
  Elementwise(
    "clamped by tensors", { $0.clamped(from: $0 - 1, through: $0.zerosLike()) },
    {
      min($0, 0)
    }),
  Elementwise("leakyRelu", { $0.leakyRelu(slope: 0.1) }, { $0 > 0 ? $0 : 0.1 * $0 }),
  Elementwise("elu", { $0.elu(alpha: 1.5) }, { $0 > 0 ? $0 : 1.5 * expm1($0) }),
  Elementwise("celu", { $0.elu(alpha: 2, scale: 2) }, { $0 > 0 ? $0 : 2 * expm1($0 / 2) }),
  Elementwise("softplus", { $0.softplus() }, { log1p(exp($0)) }),
  Elementwise("gelu", { $0.gelu() }, { $0 * 0.5 * (1 + erf($0 / 2.squareRoot())) }),
  Elementwise(
    "gelu by tanh", { $0.gelu(approximate: true) },
    {
      0.5 * $0 * (1 + tanh((2 / Double.pi).squareRoot() * ($0 + 0.044715 * $0 * $0 * $0)))
    }),
]

private let positive: [Elementwise] = [
  Elementwise("reciprocal", { $0.reciprocal() }, { 1 / $0 }),
  Elementwise("log", { $0.log() }, { log($0) }),
  Elementwise("logOnePlus", { $0.logOnePlus() }, { log1p($0) }),
  Elementwise("squareRoot", { $0.squareRoot() }, { $0.squareRoot() }),
  Elementwise("reciprocalSquareRoot", { $0.reciprocalSquareRoot() }, { 1 / $0.squareRoot() }),
  Elementwise(
    "inverseErrorFunction", { ($0 / 5).errorFunction().inverseErrorFunction() },
    {
      $0 / 5
    }),
]

@Test("Functions of an element equal their formulas", arguments: everywhere)
private func elementwiseValues(_ row: Elementwise) {
  let points = [-3.5, -2.5, -0.5, 0.0, 0.5, 1.5, 4.0]
  expectClose(
    row.actual(Tensor(points)), Tensor(points.map(row.expected)), absolute: 1e-12, relative: 1e-12)
}

@Test("Functions of a positive element equal their formulas", arguments: positive)
private func positiveValues(_ row: Elementwise) {
  let points = [0.001, 0.5, 1.0, 7.0]
  expectClose(
    row.actual(Tensor(points)), Tensor(points.map(row.expected)), absolute: 1e-10, relative: 1e-10)
}

@Test("Clamping keeps NaN")
func clampingKeepsNaN() {
  #expect(Tensor([Double.nan]).clamped(to: 0...1).item().isNaN)
}
