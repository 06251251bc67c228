import Tensors
import TestSupport
import Testing

@Test(
  "New tensors hold what their makers say",
  arguments: [
    ValueCase("zeros", [0, 0, 0, 0], shape: [2, 2]) { Tensor.zeros([2, 2]) },
    ValueCase("ones", [1, 1]) { Tensor.ones([2], dtype: .int32) },
    ValueCase("full", [2.5, 2.5]) { Tensor.full(2.5, [2]) },
    ValueCase("identity", [1, 0, 0, 1], shape: [2, 2]) { Tensor.identity(2) },
    ValueCase("range", [2, 3, 4]) { Tensor.range(2..<5) },
    ValueCase("evenly spaced", [0, 0.5, 1]) { Tensor.evenlySpaced(0...1, count: 3) },
    ValueCase("filled", [7, 7]) { Tensor([1, 2]).filled(with: 7) },
    ValueCase("zeros like", [0, 0]) { Tensor([1, 2]).zerosLike() },
    ValueCase("ones like", [1, 1]) { Tensor([1, 2]).onesLike() },
    ValueCase("cast", [1, -1]) { Tensor([1.9, -1.9]).cast(to: .int64) },
    ValueCase("scalar", [3], shape: []) { Tensor(scalar: 3.0) },
    ValueCase("contiguous", [1, 3, 2, 4], shape: [2, 2]) {
      Tensor([1, 2, 3, 4], shape: [2, 2]).transposed().contiguous()
    },
    ValueCase("moved", [1, 2]) { Tensor([1.0, 2.0]).moved(to: .cpu) },
  ])
func creationValues(_ row: ValueCase) throws { try row.check(absolute: 0) }

@Test("Every type can be made, sized and read", arguments: DType.allCases)
func everyType(_ dtype: DType) {
  let tensor = Tensor.ones([3], dtype: dtype)
  #expect(tensor.dtype == dtype)
  #expect(tensor.bytes().count == 3 * dtype.byteCount)
  #expect(tensor.integers == [1, 1, 1])
}

/// `@unchecked Sendable` holds because each test uses its owner on one thread.
private final class Owner: @unchecked Sendable {
  let bytes: UnsafeMutableRawBufferPointer
  private let released: @Sendable () -> Void

  init(released: @escaping @Sendable () -> Void) {
    bytes = .allocate(byteCount: 8, alignment: 8)
    bytes.storeBytes(of: 2.5, as: Double.self)
    self.released = released
  }

  deinit {
    bytes.deallocate()
    released()
  }
}

@Test("Borrowed memory lives as long as any view of it, and is then released once")
func borrowingReleasesItsOwner() async {
  await confirmation(expectedCount: 1) { released in
    var view: Tensor?
    do {
      let owner = Owner { released() }
      let bytes = UnsafeRawBufferPointer(owner.bytes)
      let tensor = Tensor(borrowing: bytes, of: owner, dtype: .float64, shape: [1])
      view = tensor.reshaped(to: [1, 1])
    }
    #expect(view?.item() == 2.5)
    view = nil
  }
}

@Test("Borrowing copies nothing: a later view reads the owner's bytes")
func borrowingCopiesNothing() {
  let owner = Owner {}
  let tensor = Tensor(
    borrowing: UnsafeRawBufferPointer(owner.bytes), of: owner, dtype: .float64, shape: [1])
  owner.bytes.storeBytes(of: 4, as: Double.self)
  #expect(tensor.item() == 4)
}

@Test("A device names itself, and the CPU is always there")
func devices() {
  #expect(Device.available.contains(.cpu))
  #expect("\(Device.cuda(index: 1))" == "cuda:1")
  #expect(Tensor.zeros([1]).device == .cpu)
}
