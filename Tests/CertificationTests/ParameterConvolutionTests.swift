import Models
import Networks
import Tensors
import TestSupport
import Testing

@testable import Certification

/// Linear bounds over moved kernels of convolutions.
@Suite struct ParameterConvolutionTests {
  /// Where a kernel stands, by what the layers are made of.
  struct Geometry: Sendable, CustomTestStringConvertible {
    var stride = 1
    var padding = 0
    var dilation = 1
    var groups = 1
    var isTransposed = false

    var testDescription: String {
      "stride \(stride), padding \(padding), dilation \(dilation), groups \(groups)"
        + (isTransposed ? ", transposed" : "")
    }

    /// One convolution of `[4, 7, 7]`.
    var single: Network {
      get throws {
        try Network(input: [4, 7, 7], seed: 3) { layer(6) }
      }
    }

    /// Two convolutions with a rectifier between them, and a head.
    var deep: Network {
      get throws {
        try Network(input: [4, 7, 7], seed: 4) {
          layer(4)
          ReLU()
          layer(2)
          Flatten()
          Linear(3)
        }
      }
    }

    private func layer(_ channels: Int) -> any Layer {
      isTransposed
        ? ConvTranspose2d(channels, kernel: 2, stride: stride, padding: padding)
        : Conv2d(
          channels, kernel: 2, stride: stride, padding: padding, dilation: dilation, groups: groups)
    }
  }

  static let geometries = [
    Geometry(), Geometry(stride: 2, padding: 1), Geometry(padding: 2, dilation: 2),
    Geometry(padding: 1, groups: 2), Geometry(stride: 3, padding: 1, dilation: 2, groups: 2),
    Geometry(stride: 2, padding: 1, isTransposed: true),
  ]

  static let methods: [BoundMethod] = [
    .crownInterval, .crown, .alphaCrown(SlopeOptimization(iterations: 2)),
  ]

  @Test("Bounds contain what moved kernels and inputs make", arguments: geometries)
  func boundsContainWhatIsFound(geometry: Geometry) throws {
    var generator = Generator(seed: 1)
    for network in [try geometry.single, try geometry.deep] {
      let x = Tensor.uniform([2] + network.inputShape, in: -1...1, using: &generator)
      let ball = try ParameterBall(radius: 0.03)
      for set in [nil, try LinfBall(radius: 0.03, domain: -2...2)] {
        let outputs = try movedOutputs(
          of: network, ball, inputs: set, around: x, using: &generator)
        for method in Self.methods {
          let bounds = try network.bounds(
            overParameters: ball, inputs: set, around: x, method: method)
          #expect(
            bounds.lower.isFinite.all().booleans[0] && bounds.upper.isFinite.all().booleans[0])
          for output in outputs { expectInside(output, bounds, "\(method)") }
        }
      }
    }
  }

  @Test(
    "Each single kernel's bounds are no looser than intervals where data is not negative",
    arguments: geometries)
  func crownIsWithinIntervals(geometry: Geometry) throws {
    let network = try geometry.single
    var generator = Generator(seed: 2)
    let x = Tensor.uniform([2] + network.inputShape, in: 0.2...1, using: &generator)
    let ball = try ParameterBall(radius: 0.4)
    let set = try LinfBall(radius: 0.1)
    let interval = try network.bounds(
      overParameters: ball, inputs: set, around: x, method: .interval)
    let crown = try network.bounds(overParameters: ball, inputs: set, around: x)
    #expect((crown.lower .>= interval.lower - 1e-9).all().booleans[0])
    #expect((crown.upper .<= interval.upper + 1e-9).all().booleans[0])
  }
}
