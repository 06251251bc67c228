import Networks
import Tensors
import TestSupport
import Testing

@testable import Certification

@Test("A decomposed network has the same value", arguments: IntervalCase.all)
func decompositionKeepsValues(_ row: IntervalCase) throws {
  var generator = Generator(seed: 31)
  let x = Tensor.uniform([4] + row.network.inputShape, in: row.range, using: &generator)
  let decomposed: Network
  do {
    decomposed = try Decomposition.network(from: row.network)
  } catch NetworkError.unsupported {
    return
  }
  expectClose(
    try decomposed.output(of: x.cast(to: .float64)).cast(to: .float32),
    try row.network.output(of: x),
    absolute: 1e-5, relative: 1e-5)
}
