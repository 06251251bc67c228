import Certification
import Models
import Networks
import Tensors
import TestSupport
import Testing

private func network(seed: UInt64, inputs: Int = 3) throws -> Network {
  try Network(input: [inputs], seed: seed) {
    Linear(16)
    ReLU()
    Linear(16)
    ReLU()
    Linear(2)
  }
}

/// The sum of the magnitudes of the slopes of each output at some points; `[points, outputs]`.
private func slopes(of network: Network, at points: Tensor, outputs: Int) throws -> Tensor {
  Tensor.stacking(
    try (0..<outputs).map { output in
      let slope = try Tensors.gradient(at: points) {
        try network.output(of: $0).narrowed(axis: 1, from: output, count: 1).sum()
      }
      return slope.flattenedRows().magnitude().sum(axes: [1])
    }, axis: 1
  ).cast(to: .float64)
}

@Test("Local constants are never below gradients inside", arguments: UInt64(0)..<6)
func localConstantsContainSlopes(seed: UInt64) throws {
  let network = try network(seed: seed)
  var generator = Generator(seed: seed)
  let center = Tensor.uniform([2, 3], in: -1...1, using: &generator)
  for radius in [0.001, 0.1, 0.5] as [Float] {
    let ball = try LinfBall(radius: radius, domain: -9...9)
    let bound = try network.localLipschitzBound(over: ball, around: center)
    let global = try network.lipschitzBound(norm: .linf).value
    #expect((bound.values .<= (global * (1 + 1e-9))).all().booleans[0])
    for _ in 0..<16 {
      let points = ball.randomPoint(around: center, using: &generator)
      let found = try slopes(of: network, at: points, outputs: 2)
      #expect((found .<= (bound.values + 1e-5)).all().booleans[0], "radius \(radius)")
    }
  }
}

@Test("Halving the box closes in on the largest gradient norm", arguments: UInt64(0)..<3)
func branchingTightensLocalConstants(seed: UInt64) throws {
  let network = try network(seed: seed, inputs: 2)
  var generator = Generator(seed: seed + 50)
  let center = Tensor.uniform([1, 2], in: -1...1, using: &generator)
  let ball = try LinfBall(radius: 0.3, domain: -9...9)
  let points = center + Tensor.uniform([4000, 2], in: -0.3...0.3, using: &generator)
  let steepest = try slopes(of: network, at: points, outputs: 2).max(axes: [0], keepingAxes: true)
  let whole = try network.localLipschitzBound(over: ball, around: center).values
  let halved = try network.localLipschitzBound(over: ball, around: center, branching: 150).values
  #expect((halved .<= whole).all().booleans[0] && (halved .>= (steepest - 1e-5)).all().booleans[0])
  #expect(halved.max().item() <= steepest.max().item() * 1.05)
}

@Test("On a linear network the local constant is the weights', for both norms")
func localConstantsOfLinearNetworks() throws {
  let network = try Network(input: [5], seed: 4) {
    Linear(7)
    Linear(3)
  }
  let weight = network.parameters.tensors[2].matmul(network.parameters.tensors[0])
    .cast(to: .float64)
  let ball = try LinfBall(radius: 1, domain: -9...9)
  for (norm, order) in [(LipschitzNorm.linf, 1.0), (.l2, 2)] {
    let bound = try network.localLipschitzBound(over: ball, around: .zeros([1, 5]), norm: norm)
    expectClose(
      bound.values[0], weight.norm(order: order, axes: [1]), absolute: 1e-6, relative: 1e-6)
  }
}

@Test("Smooth, convolutional and residual networks have local constants")
func localConstantsOfOtherNetworks() throws {
  let networks = [
    try Network(input: [1, 6, 6], seed: 5) {
      Conv2d(3, kernel: 3, padding: 1)
      Tanh()
      MaxPool2d(2)
      Flatten()
      Linear(2)
    },
    try Network(input: [6], seed: 6) {
      Residual {
        Linear(6)
        Sigmoid()
      }
      GELU()
      Linear(2)
    },
  ]
  for network in networks {
    var generator = Generator(seed: 9)
    let center = Tensor.uniform([1] + network.inputShape, using: &generator)
    let ball = try LinfBall(radius: 0.2, domain: -9...9)
    let bound = try network.localLipschitzBound(over: ball, around: center).values
    #expect(bound.isFinite.all().booleans[0])
    for _ in 0..<32 {
      let points = ball.randomPoint(around: center, using: &generator)
      let found = try slopes(of: network, at: points, outputs: 2)
      #expect((found .<= (bound + 1e-5)).all().booleans[0])
    }
  }
}
