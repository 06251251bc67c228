import Datasets
import Explanation
import Models
import Networks
import Tensors
import TestSupport
import Testing

@Test("On a linear model the map is weight times input, and adds up to the score")
func mapsOfLinearModels() throws {
  let network = try Network(input: [5], seed: 2) { Linear(3, bias: false) }
  var generator = Generator(seed: 2)
  let inputs = Tensor.uniform([4, 5], using: &generator)
  let labels = Tensor([2, 0, 1, 1])
  let weight = network.parameters.tensors[0].gathering(labels)
  let map = try GradientTimesInput().maps(
    network, at: inputs, labels: labels, using: &generator)
  expectClose(map, weight * inputs, absolute: 1e-6)
  let scores = try network.output(of: inputs).gatheringElements(
    labels.expandedDimension(at: 1), axis: 1)
  expectClose(map.sum(axes: [1], keepingAxes: true), scores, absolute: 1e-5)
  let smooth = try SmoothGrad(samples: 3).maps(
    network, at: inputs, labels: labels, using: &generator)
  expectClose(smooth, weight, absolute: 1e-6)
}

/// A network whose only score is `xᵀ A x`.
private func quadratic(_ matrix: Tensor) throws -> Network {
  var builder = GraphBuilder()
  let x = builder.addInput(ValueType([.batch, Dimension(matrix.size(0))]))
  let product = try builder.add(.matmul, [x, builder.addConstant(matrix)])
  let terms = try builder.add(.combine(.multiply), [x, product])
  let sum = try builder.add(.reduce(.sum, axes: [1], keepingAxes: true), [terms])
  return builder.network(output: sum)
}

@Test("The smoothed slope of xᵀAx is (A + Aᵀ)x within four standard errors, and repeats itself")
func smoothedSlopesOfQuadratics() throws {
  var generator = Generator(seed: 8)
  let matrix = Tensor.uniform([4, 4], in: -1...1, using: &generator)
  let network = try quadratic(matrix)
  let inputs = Tensor.uniform([3, 4], using: &generator)
  let labels = Tensor([0, 0, 0])
  let method = SmoothGrad(samples: 400, relativeNoise: 0.2)
  var (first, second) = (Generator(seed: 1), Generator(seed: 1))
  let map = try method.maps(network, at: inputs, labels: labels, using: &first)
  let symmetric = matrix + matrix.transposed()
  let deviation =
    (inputs.max(axes: [1], keepingAxes: true) - inputs.min(axes: [1], keepingAxes: true)) * 0.2
    * symmetric.norm(order: 2, axes: [0], keepingAxes: true) / Float(400).squareRoot()
  let misses = (map - inputs.matmul(symmetric)).magnitude() / deviation
  #expect(misses.max().item() < 4)
  #expect(misses.max().item() > 0.01)
  let again = try method.maps(network, at: inputs, labels: labels, using: &second)
  #expect(again.scalars == map.scalars)
}

@Test("Without noise the smoothed slope is the slope")
func noNoiseNoChange() throws {
  let network = try Network(input: [4], seed: 3) {
    Linear(6)
    Tanh()
    Linear(3)
  }
  var generator = Generator(seed: 3)
  let inputs = Tensor.uniform([4, 4], using: &generator)
  let labels = Tensor([0, 1, 2, 0])
  let smooth = try SmoothGrad(samples: 2, relativeNoise: 0).maps(
    network, at: inputs, labels: labels, using: &generator)
  expectClose(smooth, try network.scoreGradient(at: inputs, labels: labels), absolute: 1e-6)
}

/// `Tests/Golden/make/smoothgrad.py` made the golden values with captum, given the noise that is
/// drawn here.
@Test("With the same noise maps are captum's")
func parityOfSmoothedSlopes() throws {
  let golden = try NPZ(reading: goldenPath("smoothgrad.npz"))
  var network = try Network(input: [8]) {
    Linear(12)
    Tanh()
    Linear(3)
  }
  network.parameters = network.parameters.with(values: try golden.array("parameters"))
  let (inputs, labels) = (try golden.array("inputs"), try golden.array("labels"))
  for row in 0..<3 {
    var generator = Generator(seed: 4)
    let map = try SmoothGrad(samples: 6, relativeNoise: 0.15).maps(
      network, at: inputs[row..<row + 1], labels: labels[row..<row + 1], using: &generator)
    expectClose(map, try golden.array("maps")[row..<row + 1], absolute: 1e-6)
  }
}
