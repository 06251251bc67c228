import Models
import Networks
import Tensors
import TestSupport
import Testing

@testable import Certification

/// Balls of kernels in each norm.
extension ParameterConvolutionTests {
  /// Every output reads one patch, and its own channel of the kernel and of the bias.
  @Test(
    "Of known inputs, a kernel's bounds are the dual norm of each patch", arguments: geometries,
    ParameterBall.Norm.allCases)
  func knownInputsAreExact(geometry: Geometry, norm: ParameterBall.Norm) throws {
    let network = try geometry.single
    var generator = Generator(seed: 3)
    let x = Tensor.uniform([2] + network.inputShape, in: -1...1, using: &generator)
    let names = network.parameters.layout.names
    let middle = try network.output(of: x).cast(to: .float64)
    let kernel = network.parameters.tensors[0]
    for scale in [ParameterBall.Scale.absolute, .relative] {
      let ball = try ParameterBall(
        radii: [names[0]: 0.2, names[1]: scale == .absolute ? 0.05 : 0], scale: scale, norm: norm)
      let factor = scale == .absolute ? kernel.filled(with: 1) : kernel.magnitude()
      let size = try dualNorm(of: x, factor, norm, network) * 0.2
      let reach = scale == .absolute ? size + 0.05 : size
      for method in [BoundMethod.crown, .alphaCrown(SlopeOptimization(iterations: 1))] {
        let bounds = try network.bounds(overParameters: ball, around: x, method: method)
        expectClose(bounds.lower, middle - reach, absolute: 1e-5)
        expectClose(bounds.upper, middle + reach, absolute: 1e-5)
      }
    }
  }

  /// The dual norms of the products of each output's patch with the factors of its kernel.
  private func dualNorm(
    of x: Tensor, _ factors: Tensor, _ norm: ParameterBall.Norm, _ network: Network
  ) throws -> Tensor {
    func sums(_ x: Tensor, _ weight: Tensor) throws -> Tensor {
      var twin = network
      twin.parameters = network.parameters.with(
        values: .concatenating([weight.flattened(), network.parameters.tensors[1].zerosLike()]))
      return try twin.output(of: x).cast(to: .float64)
    }
    switch norm {
    case .linf: return try sums(x.magnitude(), factors)
    case .l2: return try sums(x.square(), factors.square()).squareRoot()
    case .l1:
      return try (0..<factors.count).map { place in
        let isPlace = Tensor([place]).oneHot(classes: factors.count).reshaped(to: factors.shape)
        return try sums(x.magnitude(), factors * isPlace.cast(to: .float32))
      }.reduce(Tensor(scalar: 0.0)) { $0.maximum($1) }
    }
  }

  @Test("A larger radius has no tighter bounds", arguments: ParameterBall.Norm.allCases)
  func boundsGrowWithTheRadius(norm: ParameterBall.Norm) throws {
    let network = try Geometry(stride: 2, padding: 1).deep
    var generator = Generator(seed: 5)
    let x = Tensor.uniform([2] + network.inputShape, in: 0.2...1, using: &generator)
    var last: Box?
    for radius in [Float(0), 0.01, 0.03, 0.1] {
      let bounds = try network.bounds(
        overParameters: ParameterBall(radius: radius, norm: norm), inputs: LinfBall(radius: 0.02),
        around: x, method: .crownInterval)
      if let last {
        #expect((bounds.lower .<= last.lower).all().booleans[0], "\(radius)")
        #expect((bounds.upper .>= last.upper).all().booleans[0], "\(radius)")
      }
      last = bounds
    }
  }

  @Test("Smaller balls have tighter bounds, and hold what is found in them")
  func normsAreOrdered() throws {
    let network = try Geometry(padding: 1, groups: 2).deep
    var generator = Generator(seed: 6)
    let x = Tensor.uniform([2] + network.inputShape, in: -1...1, using: &generator)
    for scale in [ParameterBall.Scale.absolute, .relative] {
      for method in Self.methods {
        var last: Box?
        for norm in [ParameterBall.Norm.linf, .l2, .l1] {
          let ball = try ParameterBall(radius: 0.05, scale: scale, norm: norm)
          for set in [nil, try LinfBall(radius: 0.02, domain: -2...2)] {
            let bounds = try network.bounds(
              overParameters: ball, inputs: set, around: x, method: method)
            for output in try perturbedOutputs(
              of: network, ball, inputs: set, around: x, using: &generator)
            {
              expectInside(output, bounds, "\(norm), \(method)")
            }
            guard set == nil, case .crownInterval = method else { continue }
            if let last {
              #expect((bounds.lower .>= last.lower).all().booleans[0], "\(norm)")
              #expect((bounds.upper .<= last.upper).all().booleans[0], "\(norm)")
            }
            last = bounds
          }
        }
      }
    }
  }

  @Test("A ball of inputs and balls of kernels are bounded jointly")
  func ballsAreJoined() throws {
    let network = try Geometry(stride: 2, padding: 1).single
    var generator = Generator(seed: 7)
    let x = Tensor.uniform([2] + network.inputShape, in: -1...1, using: &generator)
    let names = network.parameters.layout.names
    let set = try L2Ball(radius: 0.3, domain: -9...9)
    let ball = try ParameterBall(radius: 0.2, names: [names[1]], norm: .l1)
    let middle = try network.output(of: x).cast(to: .float64)
    let kernel = network.parameters.tensors[0]
    let sizes = try dualNorm(of: x.filled(with: 1), kernel.magnitude(), .l2, network)
    let bounds = try network.bounds(overParameters: ball, inputs: set, around: x)
    expectClose(bounds.upper, middle + sizes * 0.3 + 0.2, absolute: 1e-5)
    expectClose(bounds.lower, middle - sizes * 0.3 - 0.2, absolute: 1e-5)
  }
}
