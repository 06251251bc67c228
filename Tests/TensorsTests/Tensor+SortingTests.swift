import Tensors
import TestSupport
import Testing

private let numbers = Tensor([3.0, 1, 2, 1])

@Test(
  "Sorting orders values and remembers where they were",
  arguments: [
    ValueCase("top values", [3, 2]) { numbers.topElements(2).values },
    ValueCase("top places", [0, 2]) { numbers.topElements(2).indices },
    ValueCase("lowest values", [1, 1, 2]) { numbers.topElements(3, largest: false).values },
    ValueCase("sorted", [1, 1, 2, 3]) { numbers.sorted().values },
    ValueCase("stable places", [1, 3, 2, 0]) { numbers.sorted().indices },
    ValueCase("descending", [3, 2, 1, 1]) { numbers.sorted(descending: true).values },
    ValueCase("unique values", [1, 2, 3]) { numbers.uniqueElements().values },
    ValueCase("unique inverse", [2, 0, 1, 0]) { numbers.uniqueElements().inverse },
    ValueCase("unique counts", [2, 1, 1]) { numbers.uniqueElements().counts },
    ValueCase("insertion", [0, 2, 4]) {
      numbers.sorted().values.insertionIndices(of: Tensor([1.0, 1.5, 9]))
    },
    ValueCase("insertion after equals", [2]) {
      numbers.sorted().values.insertionIndices(of: Tensor([1.0]), afterEqual: true)
    },
  ])
func sortingValues(_ row: ValueCase) throws { try row.check(absolute: 0) }
