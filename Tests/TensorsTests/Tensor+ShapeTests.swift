import Tensors
import TestSupport
import Testing

/// `[[1, 2, 3], [4, 5, 6]]`
private let table = Tensor([1.0, 2, 3, 4, 5, 6], shape: [2, 3])
private let vector = Tensor([1.0, 2, 3])

@Test(
  "Changes of shape put elements where they belong",
  arguments: [
    ValueCase("reshaped", [1, 2, 3, 4, 5, 6], shape: [3, 2]) { table.reshaped(to: [3, -1]) },
    ValueCase("flattened", [1, 2, 3, 4, 5, 6]) { table.flattened() },
    ValueCase("flattened rows", [1, 2, 3, 4, 5, 6], shape: [2, 3]) {
      table.reshaped(to: [2, 3, 1]).flattenedRows()
    },
    ValueCase("transposed", [1, 4, 2, 5, 3, 6], shape: [3, 2]) { table.transposed() },
    ValueCase("permuted", [1, 4, 2, 5, 3, 6], shape: [3, 2]) { table.transposed(axes: [1, 0]) },
    ValueCase("broadcast", [1, 2, 3, 1, 2, 3], shape: [2, 3]) { vector.broadcast(to: [2, 3]) },
    ValueCase("expanded", [1, 2, 3], shape: [3, 1]) { vector.expandedDimension(at: 1) },
    ValueCase("squeezed", [1, 2, 3]) { vector.reshaped(to: [1, 3, 1]).squeezed(axes: [0, 2]) },
    ValueCase("reversed", [3, 2, 1, 6, 5, 4], shape: [2, 3]) { table.reversed(axes: [1]) },
    ValueCase("rolled", [3, 1, 2]) { vector.rolled(by: 1, axis: 0) },
    ValueCase("tiled", [1, 2, 3, 1, 2, 3]) { vector.tiled([2]) },
    ValueCase("repeating", [1, 1, 2, 2, 3, 3]) { vector.repeatingElements(2, axis: 0) },
    ValueCase("padded", [9, 1, 2, 3, 9, 9]) {
      vector.padded([(before: 1, after: 2)], mode: .constant(9))
    },
    ValueCase("mirrored", [3, 2, 1, 2, 3, 2], shape: [1, 6]) {
      vector.reshaped(to: [1, 3]).padded([(before: 2, after: 1)], mode: .reflect)
    },
    ValueCase("edges repeated", [1, 1, 1, 2, 3, 3], shape: [1, 6]) {
      vector.reshaped(to: [1, 3]).padded([(before: 2, after: 1)], mode: .replicate)
    },
    ValueCase("continued", [2, 3, 1, 2, 3, 1], shape: [1, 6]) {
      vector.reshaped(to: [1, 3]).padded([(before: 2, after: 1)], mode: .circular)
    },
    ValueCase("padded rows, then columns", [0, 1, 2, 3, 0, 4, 5, 6, 0, 0, 0, 0], shape: [3, 4]) {
      table.padded([(before: 0, after: 1), (before: 1, after: 0)])
    },
    ValueCase("split", [2, 3, 5, 6], shape: [2, 2]) { table.split(sizes: [1, 2], axis: 1)[1] },
    ValueCase("concatenated", [1, 2, 3, 1, 2, 3]) { Tensor.concatenating([vector, vector]) },
    ValueCase("stacked", [1, 1, 2, 2, 3, 3], shape: [3, 2]) {
      Tensor.stacking([vector, vector], axis: 1)
    },
  ])
func shapeValues(_ row: ValueCase) throws { try row.check(absolute: 0) }
