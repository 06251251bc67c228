import Tensors
import Testing

@Test("A tensor knows its shape")
func shapes() {
  let tensor = Tensor.zeros([2, 3, 4])
  #expect(tensor.shape == [2, 3, 4])
  #expect(tensor.rank == 3)
  #expect(tensor.count == 24)
  #expect(tensor.size(-1) == 4)
  #expect(Tensor(scalar: 1.0).shape == [])
}

@Test("A description shows type, shape and the first elements")
func descriptions() {
  #expect("\(Tensor([1.5, 2.5]))" == "Tensor(float64, shape: [2], [1.5, 2.5])")
  #expect(
    "\(Tensor.range(0..<10))"
      == "Tensor(int64, shape: [10], [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, …])")
  #expect("\(Tensor([Float]()))" == "Tensor(float32, shape: [0], [])")
}

@Test("A backend failure names what libtorch refused, in one line")
func backendErrors() {
  let error = #expect(throws: BackendError.self) {
    try Tensor.zeros([2, 3]).solving(Tensor.zeros([2]))
  }
  #expect(error?.description.contains("\n") == false)
  #expect(error?.description.isEmpty == false)
}

@Test("The backend has a version and a thread count")
func backend() {
  #expect(Backend.version.contains("."))
  #expect(Backend.threads > 0)
}
