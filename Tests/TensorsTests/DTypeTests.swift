import Tensors
import Testing

@Test("Swift types map to element types of their size")
func elementTypes() {
  #expect(Tensor([UInt8(1)]).dtype == .uint8)
  #expect(Tensor([Int32(1)]).dtype == .int32)
  #expect(Tensor([1]).dtype == .int64)
  #expect(Tensor([Float(1)]).dtype == .float32)
  #expect(Tensor([1.0]).dtype == .float64)
  #expect(Tensor([true]).dtype == .bool)
  #expect(DType.allCases.filter(\.isFloatingPoint) == [.float32, .float64, .bfloat16])
}
