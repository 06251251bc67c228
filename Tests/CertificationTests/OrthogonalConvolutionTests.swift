import Networks
import Tensors
import TestSupport
import Testing
import Training

@testable import Certification

/// The matrix of a convolution with circular padding by half the kernel.
private func matrix(_ kernel: Tensor, stride: Int, size: Int) -> Tensor {
  let (channels, half) = (kernel.size(1), kernel.size(2) / 2)
  let count = channels * size * size
  let geometry = ConvolutionGeometry(
    stride: [stride, stride], padding: [0, 0], dilation: [1, 1])
  return Tensor.identity(count, dtype: .float64).reshaped(to: [count, channels, size, size])
    .padded([(half, half), (half, half)], mode: .circular)
    .convolved(weight: kernel, bias: nil, geometry).reshaped(to: [count, -1]).transposed()
}

@Test("The regularizer measures the distance from an isometry", arguments: UInt64(0)..<16)
func orthogonalityLossIsADistance(seed: UInt64) {
  var generator = Generator(seed: seed)
  let stride = 1 + Int(seed % 2)
  let outputs = Int.random(in: 1...6, using: &generator)
  let inputs = Int.random(in: 1...4, using: &generator)
  let outputSize = 6 / stride
  let kernel = Tensor.normal([outputs, inputs, 3, 3], dtype: .float64, using: &generator) * 0.4
  let map = matrix(kernel, stride: stride, size: 6)
  let isWide = outputs <= inputs * stride * stride
  let gram = isWide ? map.matmul(map.transposed()) : map.transposed().matmul(map)
  let distance = (gram - .identity(gram.size(0), dtype: .float64)).square().sum()
  let loss = OrthogonalConvolution.loss(kernel, stride: stride) * (outputSize * outputSize)
  expectClose(loss, distance, absolute: 1e-8, relative: 1e-6)
}

@Test("Where an orthogonal convolution exists, descent finds one; elsewhere not")
func orthogonalConvolutionsExist() {
  let cases = [(2, 2, 3, 1), (4, 1, 3, 2), (10, 1, 2, 2), (2, 2, 1, 1), (6, 1, 1, 2), (2, 1, 1, 2)]
  for (outputs, inputs, size, stride) in cases {
    var generator = Generator(seed: 2)
    var smallest = Double.infinity
    for _ in 0..<3 where smallest > 1e-4 {
      var kernel = Tensor.normal([outputs, inputs, size, size], dtype: .float64, using: &generator)
      kernel = kernel / kernel.norm() * Double(min(outputs, inputs * stride * stride)).squareRoot()
      var optimizer = MomentumSGD(momentum: 0.9)
      for _ in 0..<600 {
        let slope = Tensors.gradient(at: kernel) {
          OrthogonalConvolution.loss($0, stride: stride)
        }
        kernel = optimizer.step(from: kernel, gradient: slope, learningRate: 0.01)
      }
      smallest = min(smallest, OrthogonalConvolution.loss(kernel, stride: stride).item())
    }
    let exists = OrthogonalConvolution.exists(
      outputs: outputs, inputs: inputs, kernel: size, stride: stride)
    #expect(exists == (smallest < 1e-4), "\(outputs) \(inputs) \(size) \(stride): \(smallest)")
  }
}

@Test("A network reports each of its convolutions")
func networksReportOrthogonality() throws {
  let network = try Network(input: [2, 6, 6], seed: 1) {
    Conv2d(4, kernel: 3, padding: 1)
    Conv2d(4, kernel: 3, padding: 1, groups: 2)
    Conv2d(3, kernel: 2, stride: 2)
  }
  let reports = network.orthogonality()
  #expect(reports.count == 2)
  #expect(reports.allSatisfy { $0.loss > 0 && $0.distance > 0 && $0.exists })
}
