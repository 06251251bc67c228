import Tensors
import Testing

@Test("Elements are read in row-major order, whatever the layout, and converted")
func reading() {
  let turned = Tensor([1, 2, 3, 4], shape: [2, 2]).transposed()
  #expect(turned.integers == [1, 3, 2, 4])
  #expect(turned.scalars == [1, 3, 2, 4])
  #expect(turned.elements(as: UInt8.self) == [1, 3, 2, 4])
  #expect(Tensor([0.0, 2.0]).booleans == [false, true])
  #expect(Tensor(scalar: 2.5).item() == 2.5)
  #expect(Tensor([258 as Int32]).bytes() == [2, 1, 0, 0])
  #expect(Tensor([Float]()).scalars.isEmpty)
}
