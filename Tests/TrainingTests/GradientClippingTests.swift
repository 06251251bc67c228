import Datasets
import Tensors
import TestSupport
import Testing
import Training

struct GradientClippingTests {
  @Test("A long gradient is shortened as PyTorch shortens it")
  func long() throws {
    let golden = try NPZ(reading: TestFiles.golden("optimizers.npz"))
    // PyTorch adds 1e-6 to the norm.
    expectClose(
      Tensor([3.0, 4.0]).clipped(toNorm: 1), try golden.array("clipped"), absolute: 1e-6)
  }

  @Test("A short gradient, and none at all, stay as they are")
  func short() {
    for values in [[0.3, 0.4], [0, 0]] {
      #expect(Tensor(values).clipped(toNorm: 1).elements(as: Double.self) == values)
    }
  }
}
