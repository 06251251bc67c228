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

    /// One convolution of `[4, 5, 5]`.
    var single: Network {
      get throws {
        try Network(input: [4, 5, 5], seed: 3) { layer(2) }
      }
    }

    /// Two convolutions with a ReLU between them, and a head.
    var deep: Network {
      get throws {
        try Network(input: [4, 5, 5], seed: 4) {
          layer(2)
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
        let outputs = try perturbedOutputs(
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

  @Test(
    "Kernels of sequences and volumes move, also where a file fixed a batch of one",
    arguments: [1, 3], [Dimension.batch, 1])
  func otherAxesAreTaken(axes: Int, batch: Dimension) throws {
    var builder = GraphBuilder()
    let sizes = [Dimension](repeating: 4, count: axes)
    let x = builder.addInput(ValueType([batch, 2] + sizes))
    let kernel = [Int](repeating: 2, count: axes)
    let weight = builder.addParameter(IntervalCase.fixed([4, 1] + kernel), name: "weight")
    let bias = builder.addParameter(IntervalCase.fixed([4]), name: "bias")
    let geometry = ConvolutionGeometry(
      stride: [Int](repeating: 2, count: axes), padding: [Int](repeating: 1, count: axes),
      dilation: [Int](repeating: 1, count: axes), groups: 2)
    let image = try builder.add(.convolution(geometry), [x, weight, bias])
    let network = builder.network(output: image)
    var generator = Generator(seed: 9)
    let center = Tensor.uniform([3, 2] + sizes.map(\.size), using: &generator)
    let ball = try ParameterBall(radius: 0.1)
    let interval = try network.bounds(overParameters: ball, around: center, method: .interval)
    let crown = try network.bounds(overParameters: ball, around: center)
    expectClose(crown.lower, interval.lower, absolute: 1e-9)
    expectClose(crown.upper, interval.upper, absolute: 1e-9)
  }

  /// Terms of very different sizes cancel; the worst corner is reached, so that only what rounding
  /// is given lies between it and the bound.
  @Test("Proven bounds hold the worst corner without slack; single precision does not")
  func roundingIsCovered() throws {
    var generator = Generator(seed: 10)
    func spread(_ shape: Shape) -> Tensor {
      let size = Tensor.uniform(shape, in: -6...6, using: &generator).cast(to: .float64)
      return (size * 2).exp()
        * Tensor.uniform(shape, in: -1...1, using: &generator)
        .cast(to: .float64)
    }
    var builder = GraphBuilder()
    let input = builder.addInput(ValueType([.batch, 4, 6, 6], .float64))
    let kernel = spread([4, 2, 3, 3])
    let weight = builder.addParameter(kernel, name: "weight")
    let geometry = ConvolutionGeometry(
      stride: [2, 2], padding: [1, 1], dilation: [1, 1], groups: 2)
    let image = try builder.add(.convolution(geometry), [input, weight])
    let network = builder.network(output: image)
    let x = spread([1, 4, 6, 6])
    let ball = try ParameterBall(radius: 0.25, scale: .relative)
    let output = try network.output(of: x)
    let reach = x.magnitude().convolved(weight: kernel.magnitude(), bias: nil, geometry) * 0.25
    let certified = try network.bounds(overParameters: ball, around: x)
    #expect((certified.lower .<= output - reach).all().booleans[0])
    #expect((certified.upper .>= output + reach).all().booleans[0])
    expectClose(certified.upper, output + reach, absolute: 0, relative: 1e-6)
    let single = try network.bounds(overParameters: ball, around: x, arithmetic: .single)
    #expect((single.upper.cast(to: .float64) .< output + reach).any().booleans[0])
  }

  @Test("LinearFunctions are bounded in pieces")
  func piecesAreTheWhole() throws {
    let network = try Geometry().deep
    var generator = Generator(seed: 8)
    let x = Tensor.uniform([2] + network.inputShape, using: &generator)
    let region = InputRegion(try LinfBall(radius: 0.1), around: x)
    let bounds = try LinearBounds(try RelaxationPlan(network), over: region)
    let objectives = LinearObjectives(
      coefficients: .uniform([2, 7, 3], in: -1...1, using: &generator).cast(to: .float64),
      constants: .zeros([2, 7], dtype: .float64))
    var sizes: [Int] = []
    let pieces = try objectives.mapRows(inPiecesOf: 3) { piece in
      sizes.append(piece.rowCount)
      return bounds.lowerBounds(of: piece)
    }
    #expect(sizes == [3, 3, 1])
    expectClose(pieces, bounds.lowerBounds(of: objectives), absolute: 1e-12)
  }

  @Test("Kernels that would not fit in memory are refused")
  func memoryIsBounded() throws {
    let large = try Network(input: [8, 300, 300]) { Conv2d(2, kernel: 7, padding: 3) }
    let error = #expect(throws: NetworkError.self) {
      try large.bounds(
        overParameters: ParameterBall(radius: 0.1), around: .zeros([1] + large.inputShape))
    }
    guard
      case .unsupported(_, "convolution", "linear relaxations over parameters", let hint)? = error
    else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(hint.contains("8 times 49 numbers at 90000 places of each of 1 examples"))
  }
}
