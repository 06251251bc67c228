import Foundation
import Tensors
import TestSupport
import Testing

/// `[[1, 2, 3], [6, 5, 4]]`
private let table = Tensor([1.0, 2, 3, 6, 5, 4], shape: [2, 3])
private let truths = Tensor([true, false, true, true], shape: [2, 2])

@Test(
  "Reductions equal their formulas, over some axes or all",
  arguments: [
    ValueCase("sum", [21], shape: []) { table.sum() },
    ValueCase("sum of rows", [6, 15]) { table.sum(axes: [1]) },
    ValueCase("sum keeping its axis", [6, 15], shape: [2, 1]) {
      table.sum(axes: [-1], keepingAxes: true)
    },
    ValueCase("mean", [3.5, 3.5, 3.5]) { table.mean(axes: [0]) },
    ValueCase("max", [3, 6]) { table.max(axes: [1]) },
    ValueCase("max of all", [6], shape: []) { table.max() },
    ValueCase("min", [1, 2, 3]) { table.min(axes: [0]) },
    ValueCase("product", [6, 120]) { table.product(axis: 1) },
    ValueCase("variance", [2 / 3.0, 2 / 3.0]) { table.variance(axes: [1]) },
    ValueCase("corrected variance", [1, 1]) { table.variance(axes: [1], correction: 1) },
    ValueCase("log of a sum of exponentials", [log(6), log(15)]) {
      table.log().logSumExp(axes: [1])
    },
    ValueCase("norm", [9.539392014169456], shape: []) { table.norm() },
    ValueCase("1-norm", [6, 15]) { table.norm(order: 1, axes: [1]) },
    ValueCase("maximum norm", [3, 6]) { table.norm(order: .infinity, axes: [1]) },
    ValueCase("0-norm", [2], shape: []) { Tensor([0.0, 3.0, 4.0]).norm(order: 0) },
    ValueCase("argmax", [2, 0]) { table.argmax(axis: 1) },
    ValueCase("argmax of a tie", [1], shape: []) { Tensor([1.0, 2.0, 2.0]).argmax(axis: 0) },
    ValueCase("argmin", [0, 2]) { table.argmin(axis: 1) },
    ValueCase("any", [1, 1]) { truths.any(axes: [1]) },
    ValueCase("all", [0, 1]) { truths.all(axes: [1]) },
    ValueCase("all of all", [0], shape: []) { truths.all() },
    ValueCase("cumulative sum", [1, 3, 6, 6, 11, 15], shape: [2, 3]) {
      table.cumulativeSum(axis: 1)
    },
    ValueCase("cumulative product", [1, 2, 6, 6, 30, 120], shape: [2, 3]) {
      table.cumulativeProduct(axis: 1)
    },
    ValueCase("dot", [91], shape: []) { table.dot(table) },
  ])
func reductionValues(_ row: ValueCase) throws { try row.check() }
