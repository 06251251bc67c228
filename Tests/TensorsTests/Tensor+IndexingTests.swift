import Tensors
import TestSupport
import Testing

/// `[[1, 2, 3], [4, 5, 6]]`
private let table = Tensor([1.0, 2, 3, 4, 5, 6], shape: [2, 3])

@Test(
  "Indexing reads and writes the places it names",
  arguments: [
    ValueCase("row", [4, 5, 6]) { table[-1] },
    ValueCase("rows", [4, 5, 6], shape: [1, 3]) { table[1..<2] },
    ValueCase("column", [2, 5]) { table.selecting(1, axis: 1) },
    ValueCase("narrowed", [2, 3, 5, 6], shape: [2, 2]) {
      table.narrowed(axis: 1, from: 1, count: 2)
    },
    ValueCase("sliced", [1, 3, 4, 6], shape: [2, 2]) {
      table.sliced(axis: 1, from: 0, to: 3, by: 2)
    },
    ValueCase("gathering", [3, 1, 6, 4], shape: [2, 2]) {
      table.gathering(Tensor([2, 0]), axis: 1)
    },
    ValueCase("chosen rows", [4, 5, 6, 4, 5, 6], shape: [2, 3]) { table.rows([1, 1]) },
    ValueCase("masked", [4, 5, 6]) { table.masked(by: table .> 3) },
    ValueCase("replacing rows", [1, 2, 3, 0, 0, 0], shape: [2, 3]) {
      table.replacingRows(at: Tensor([1]), with: Tensor.zeros([1, 3], dtype: .float64))
    },
    ValueCase("adding rows", [9, 12, 15, 4, 5, 6], shape: [2, 3]) {
      table.addingRows(table.rows([1, 1]), at: Tensor([0, 0]))
    },
    ValueCase("gathering elements", [3, 4], shape: [2, 1]) {
      table.gatheringElements(Tensor([2, 0], shape: [2, 1]), axis: 1)
    },
    ValueCase("scattering", [1, 2, 9, 9, 5, 6], shape: [2, 3]) {
      table.scattering(
        Tensor([9.0, 9.0], shape: [2, 1]), at: Tensor([2, 0], shape: [2, 1]), axis: 1)
    },
    ValueCase("scatter adding", [3, 2, 3, 4, 5, 8], shape: [2, 3]) {
      table.scatterAdding(
        Tensor([2.0, 2.0], shape: [2, 1]), at: Tensor([0, 2], shape: [2, 1]), axis: 1)
    },
    ValueCase("one-hot", [0, 1, 0, 1, 0, 0], shape: [2, 3]) { Tensor([1, 0]).oneHot(classes: 3) },
    ValueCase("not zero", [0, 1, 1, 0], shape: [2, 2]) {
      Tensor([0, 5, 7, 0], shape: [2, 2]).nonzeroIndices()
    },
    ValueCase("diagonal", [2, 6]) { table.diagonal(offset: 1) },
    ValueCase("upper triangle", [1, 2, 3, 0, 5, 6], shape: [2, 3]) { table.upperTriangle() },
    ValueCase("lower triangle", [1, 0, 0, 4, 5, 0], shape: [2, 3]) { table.lowerTriangle() },
  ])
func indexingValues(_ row: ValueCase) throws { try row.check(absolute: 0) }
