import Foundation
import Networks
import Tensors
import TestSupport
import Testing

/// Writes a network, reads it again and expects the same outputs.
private func expectRoundTrip(
  _ network: Network, in range: ClosedRange<Double> = -2...2,
  sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let path = NSTemporaryDirectory() + UUID().uuidString + ".onnx"
  defer { try? FileManager.default.removeItem(atPath: path) }
  try network.write(onnx: path)
  let again = try Network(onnx: path)
  var generator = Generator(seed: 4)
  let inputs = Tensor.uniform([3] + network.inputShape, in: range, using: &generator)
  expectClose(
    try again.output(of: inputs), try network.output(of: inputs), absolute: 1e-6, relative: 1e-6,
    sourceLocation: sourceLocation)
}

@Test("Every layer is written and read back")
func layersRoundTrip() throws {
  try expectRoundTrip(
    Network(input: [4, 8, 8]) {
      Conv2d(6, kernel: 3, stride: 2, padding: 1, groups: 2)
      BatchNorm()
      LeakyReLU()
      ConvTranspose2d(4, kernel: 2, stride: 2)
      GroupNorm(groups: 2)
      SiLU()
      Residual {
        Conv2d(4, kernel: 3, padding: 1)
        Sigmoid()
      }
      Parallel {
        MaxPool2d(2)
        AveragePool2d(2)
      }
      GlobalAveragePool()
      Linear(6)
      Softplus()
      LayerNorm()
      Tanh()
      Linear(3, bias: false)
      Softmax()
    })
  try expectRoundTrip(
    Network(input: [5, 8]) {
      Standardize(mean: Tensor(scalar: Float(0.3)), scale: Tensor(scalar: Float(2)))
      Residual {
        LayerNorm()
        SelfAttention(heads: 2, isCausal: true)
      }
      Linear(8)
      GELU()
      GELU(approximate: true)
      Reshape(8, 5)
      Flatten()
      ReLU()
      Linear(2)
    })
}

@Test("What was read from ONNX is written and read back", arguments: try OperatorCase.all())
func operatorsRoundTrip(_ row: OperatorCase) throws {
  let network = try Network(onnxBytes: row.model, path: row.name)
  let path = NSTemporaryDirectory() + UUID().uuidString + ".onnx"
  defer { try? FileManager.default.removeItem(atPath: path) }
  do {
    try network.write(onnx: path)
  } catch NetworkError.unsupported(_, "broadcast", "ONNX export", _) {
    return  // a constant stretched over the batch has no form without its size
  }
  expectClose(
    try Network(onnx: path).output(of: row.input), row.expected, absolute: 1e-5, relative: 1e-5)
}

@Test("A network too large for one file keeps its tensors beside it")
func largeNetworksHaveTwoFiles() throws {
  try TestFiles.withTemporaryFolder { folder in
    var generator = Generator(seed: 5)
    let network = try Network(input: [40]) {
      Linear(30)
      ReLU()
      Linear(3)
    }
    let path = folder + "/large.onnx"
    try network.write(onnx: path, largestMessage: 4000)
    let bytes = try Data(contentsOf: URL(fileURLWithPath: path + ".data"))
    #expect(bytes.count >= 40 * 30 * 4)
    let again = try Network(onnx: path)
    let inputs = Tensor.uniform([3, 40], in: -1...1, using: &generator)
    expectClose(try again.output(of: inputs), try network.output(of: inputs), absolute: 0)
    let names = try FileManager.default.contentsOfDirectory(atPath: folder)
    #expect(names.sorted() == ["large.onnx", "large.onnx.data"])
    // What cannot be written leaves nothing.
    #expect(throws: NetworkError.self) {
      try network.write(onnx: folder + "/no/such.onnx", largestMessage: 0)
    }
  }
}
