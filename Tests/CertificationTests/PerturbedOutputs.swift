import Certification
import Models
import Networks
import Tensors
import Testing

/// Outputs under parameters of a ball: a sample, corners, and where each output's gradient points,
/// up and down; with inputs of a set, if there is one, that are corners, and go the same way.
func perturbedOutputs(
  of network: Network, _ ball: ParameterBall, inputs set: LinfBall? = nil, around x: Tensor,
  using generator: inout Generator
) throws -> [Tensor] {
  let parameters = network.parameters
  func twin(_ values: Tensor) -> Network {
    var twin = network
    twin.parameters = parameters.with(values: values)
    return twin
  }
  let box = set?.box(around: x) ?? Box(lower: x, upper: x)
  var outputs: [Tensor] = []
  func add(_ perturbation: Tensor, _ input: Tensor) throws {
    outputs.append(try twin(parameters.values + perturbation).output(of: input))
  }
  let some = try ball.perturbation(of: parameters) { $0.randomPoint(around: $1, using: &generator) }
  try add(some, box.center.cast(to: x.dtype))
  for _ in 0..<3 {
    let corner = try ball.perturbation(of: parameters) {
      $0.steepestStep(along: .uniform($1.shape, in: -1...1, using: &generator))
    }
    try add(corner, box.randomCorner(using: &generator))
  }
  for output in 0..<network.graph.outputType.shape[1].size {
    func score(_ values: Tensor, _ input: Tensor) throws -> Tensor {
      try twin(values).output(of: input).narrowed(axis: 1, from: output, count: 1).sum()
    }
    let gradient = try Tensors.gradient(at: parameters.values) { try score($0, x) }
    let inputGradient = try Tensors.gradient(at: x) { try score(parameters.values, $0) }
    for sign in [1.0, -1.0] {
      var pieces = parameters.with(values: gradient * sign).tensors[...]
      let perturbation = try ball.perturbation(of: parameters) {
        $0.steepestStep(along: pieces.removeFirst().reshaped(to: $1.shape))
      }
      let isUpper = inputGradient * sign .> 0
      try add(perturbation, Tensor.choosing(box.upper, where: isUpper, otherwise: box.lower))
    }
  }
  return outputs
}

extension ParameterBall {
  /// One perturbation of all parameters, by a function of each tensor's set and of zeros, `[1,
  /// parameters]`.
  fileprivate func perturbation(
    of parameters: Parameters, _ step: (any PerturbationSet, Tensor) throws -> Tensor
  ) throws -> Tensor {
    let tensors = try zip(parameters.layout.names, parameters.tensors).map { name, tensor in
      let set = try set(radius: radii[name] ?? others)
      let perturbation = try step(set, tensor.zerosLike().reshaped(to: [1, -1])).reshaped(
        to: tensor.shape)
      return (name, scale == .relative ? perturbation * tensor.magnitude() : perturbation)
    }
    return Parameters(tensors).values
  }

  private func set(radius: Float) throws -> any PerturbationSet {
    switch norm {
    case .linf: try LinfBall(radius: radius, domain: -9...9)
    case .l2: try L2Ball(radius: radius, domain: -9...9)
    case .l1: try L1Ball(radius: radius, domain: -9...9)
    }
  }
}

/// Expects values within bounds, but for the rounding of single precision.
func expectInside(
  _ values: Tensor, _ bounds: Box, _ comment: Comment,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  let values = values.cast(to: .float64)
  let slack = values.magnitude() * 2e-5 + 2e-5
  let isInside = (bounds.lower .<= values + slack) .& (values .<= bounds.upper + slack)
  #expect(isInside.all().booleans[0], comment, sourceLocation: sourceLocation)
}
