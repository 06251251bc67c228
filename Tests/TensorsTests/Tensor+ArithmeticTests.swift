import Tensors
import TestSupport
import Testing

private let left = Tensor([7.0, -7.0, 2.0])
private let right = Tensor([2.0, 2.0, -4.0])

@Test(
  "Arithmetic has the values of its formulas",
  arguments: [
    ValueCase("add", [9, -5, -2]) { left + right },
    ValueCase("subtract", [5, -9, 6]) { left - right },
    ValueCase("multiply", [14, -14, -8]) { left * right },
    ValueCase("divide", [3.5, -3.5, -0.5]) { left / right },
    ValueCase("add a number", [7.5, -6.5, 2.5]) { left + 0.5 },
    ValueCase("subtract a number", [6, -8, 1]) { left - 1 },
    ValueCase("multiply by a number", [-14, 14, -4]) { left * -2 },
    ValueCase("divide by a number", [3.5, -3.5, 1]) { left / 2 },
    ValueCase("number plus", [8, -6, 3]) { 1 + left },
    ValueCase("number minus", [-6, 8, -1]) { 1 - left },
    ValueCase("number times", [21, -21, 6]) { 3 * left },
    ValueCase("number over", [2, -2, 7]) { 14 / left },
    ValueCase("scaled add", [11, -3, -6]) { left.adding(right, scaledBy: 2) },
    ValueCase("floor divide", [3, -4, -1]) { left.floorDivided(by: right) },
    ValueCase("remainder", [1, 1, -2]) { left.remainder(dividingBy: right) },
    ValueCase("fmod", [1, -1, 2]) { left.truncatedRemainder(dividingBy: right) },
    ValueCase("power", [49, 49, 0.0625]) { left.power(right) },
    ValueCase("power of a number", [343, -343, 8]) { left.power(3) },
    ValueCase("minimum", [2, -7, -4]) { left.minimum(right) },
    ValueCase("maximum", [7, 2, 2]) { left.maximum(right) },
    ValueCase("interpolate", [5.75, -4.75, 0.5]) { left.interpolated(to: right, fraction: 0.25) },
    ValueCase("broadcast", [8, 9, -6, -5, 3, 4], shape: [3, 2]) {
      left.expandedDimension(at: 1) + Tensor([1.0, 2.0])
    },
  ])
func arithmeticValues(_ row: ValueCase) throws { try row.check() }

@Test("A compound assignment changes no copy")
func compoundAssignment() {
  var value = left
  value += right
  value -= Tensor([1.0, 1.0, 1.0])
  value *= 2
  expectClose(value, Tensor([16.0, -12.0, -6.0]), absolute: 0)
  expectClose(left, Tensor([7.0, -7.0, 2.0]), absolute: 0)
}

@Test("A number does not change a floating-point type, and a whole one not an integer type")
func scalarTypes() {
  #expect((Tensor([1 as Float]) * 2.5).dtype == .float32)
  #expect((Tensor([1]) + 2).dtype == .int64)
  #expect((Tensor([1]) + 2.5).dtype == .float32)
  #expect((Tensor([1]) / 2).dtype == .float32)
}
