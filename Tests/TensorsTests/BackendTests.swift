import Tensors
import Testing

@Test("Work side by side keeps its order, and the number of threads")
func sideBySideKeepsOrder() {
  let threads = Backend.threads
  let results = Backend.sideBySide(Array(1...9)) { piece in
    Tensor.ones([piece, 1_000]).sum().item()
  }
  #expect(results == (1...9).map { Double($0) * 1_000 })
  #expect(Backend.threads == threads)
}
