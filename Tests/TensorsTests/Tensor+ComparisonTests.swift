import Tensors
import TestSupport
import Testing

private let left = Tensor([1.0, 2.0, 3.0, .nan])
private let right = Tensor([2.0, 2.0, 2.0, 2.0])
private let yes = Tensor([true, true, false, false])
private let no = Tensor([true, false, true, false])

@Test(
  "Comparisons hold where they should, and never for NaN",
  arguments: [
    ValueCase("less", [1, 0, 0, 0]) { left .< right },
    ValueCase("less than a number", [1, 0, 0, 0]) { left .< 2 },
    ValueCase("less or equal", [1, 1, 0, 0]) { left .<= right },
    ValueCase("less or equal to a number", [1, 1, 0, 0]) { left .<= 2 },
    ValueCase("greater", [0, 0, 1, 0]) { left .> right },
    ValueCase("greater than a number", [0, 0, 1, 0]) { left .> 2 },
    ValueCase("greater or equal", [0, 1, 1, 0]) { left .>= right },
    ValueCase("greater or equal to a number", [0, 1, 1, 0]) { left .>= 2 },
    ValueCase("equal", [0, 1, 0, 0]) { left .== right },
    ValueCase("equal to a number", [0, 1, 0, 0]) { left .== 2 },
    ValueCase("not equal", [1, 0, 1, 1]) { left .!= right },
    ValueCase("not equal to a number", [1, 0, 1, 1]) { left .!= 2 },
    ValueCase("and", [1, 0, 0, 0]) { yes .& no },
    ValueCase("or", [1, 1, 1, 0]) { yes .| no },
    ValueCase("exclusive or", [0, 1, 1, 0]) { yes.exclusiveOr(no) },
    ValueCase("not", [0, 0, 1, 1]) { !yes },
    ValueCase("is NaN", [0, 0, 0, 1]) { left.isNaN },
    ValueCase("is finite", [1, 0, 0]) { Tensor([1.0, .infinity, .nan]).isFinite },
    ValueCase("replacing", [1, 2, 3, 2]) { left.replacing(with: right, where: left.isNaN) },
    ValueCase("choosing", [1, 2, 2, 2]) {
      Tensor.choosing(left, where: yes, otherwise: right)
    },
  ])
func comparisonValues(_ row: ValueCase) throws { try row.check(absolute: 0) }

@Test("A comparison makes booleans")
func comparisonType() {
  #expect((left .< right).dtype == .bool)
  #expect((left .< right).booleans == [true, false, false, false])
}
