import Datasets
import Networks
import Tensors
import TestSupport

/// A golden file of attacks on the small network that `Tests/Golden/make/trained_digits.py` trains, and
/// that network.
struct TrainedDigits {
  let file: NPZ
  let network: Network
  let inputs: Tensor
  let labels: Tensor

  /// - Parameter dtype: the precision that the golden values were made in.
  init(_ name: String, _ dtype: DType = .float32) throws {
    file = try NPZ(reading: TestFiles.golden(name))
    var network = try Network(input: [1, 8, 8]) {
      Conv2d(6, kernel: 3)
      ReLU()
      Flatten()
      Linear(10)
    }
    network.parameters = network.parameters.with(
      values: try file.array("parameters").cast(to: dtype))
    self.network = network
    (inputs, labels) = (try file.array("inputs").cast(to: dtype), try file.array("labels"))
  }
}
