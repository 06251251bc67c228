import Networks
import Tensors

/// A network that has a given Lipschitz bound in the Euclidean norm, whatever its free numbers are:
/// the sandwich parametrization.
///
/// Each hidden layer is `√2 Aᵀ Ψ σ(√2 Ψ⁻¹ B h + b)` with `A Aᵀ + B Bᵀ = I` from a Cayley transform
/// and a positive diagonal `Ψ`; the last is `B h + b`. The factor `√bound` scales the first and the
/// last weight. Convolutional layers come first. It is an ordinary chain of linear maps and
/// activations once it is folded.
///
/// - Source: "Direct Parameterization of Lipschitz-Bounded Deep Networks" (2023), sections 3 and 4.
public struct LipschitzNetwork: Sendable, Hashable {
  /// The convolutional layers, for inputs that are images.
  public var convolutions: [SandwichConvolution]
  /// The features of each dense layer, first those of the input, or of the last convolution's
  /// images, and the classes last.
  public var layers: [Int]
  /// The largest quotient of distances; positive.
  public var bound: Double
  public var activation: ElementwiseFunction

  /// - Precondition: there are at least two numbers of features, and the slopes of the activation
  ///   lie between 0 and 1.
  public init(
    convolutions: [SandwichConvolution] = [], layers: [Int], bound: Double = 1,
    activation: ElementwiseFunction = .relu
  ) {
    precondition(
      layers.count > 1 && layers.allSatisfy { $0 > 0 } && bound > 0,
      "layers \(layers) with bound \(bound)")
    (self.convolutions, self.layers) = (convolutions, layers)
    (self.bound, self.activation) = (bound, activation)
  }

  /// Returns a network of this kind with random free numbers.
  ///
  /// - `input`: the shape of an example; a row if nothing is said.
  /// - Throws: `NetworkError.mismatch` if a convolution gets no image, or one that its stride does
  ///   not divide; `NetworkError.inputMismatch` if the first dense layer gets another number of
  ///   features.
  public func parametrization(
    input: Shape? = nil, seed: UInt64
  ) throws(NetworkError) -> Parametrization {
    let shape = input ?? [layers[0]]
    let network = try Network(input: shape, seed: seed) {
      for convolution in convolutions {
        CircularConvolution(channels: convolution.channels, stride: convolution.stride)
        Activation(activation)
        CircularConvolution(channels: convolution.channels, hasBias: false)
      }
      if shape.count > 1 { Flatten() }
      for index in 1..<layers.count {
        Linear(layers[index])
        if index < layers.count - 1 {
          Activation(activation)
          Linear(layers[index], bias: false)
        }
      }
    }
    let names = network.parameters.layout.names.filter { $0.hasSuffix(".weight") }
    let (pairs, dense) = (names.prefix(2 * convolutions.count), names[(2 * convolutions.count)...])
    guard network.parameters[dense.first!]?.size(1) == layers[0] else {
      throw .inputMismatch(
        expected: "\(layers[0]) features at the first dense layer", actual: shape)
    }
    var generator = Generator(seed: seed)
    let rules =
      convolutionRules(image: shape, targets: Array(pairs), using: &generator)
      + denseRules(targets: Array(dense), using: &generator)
    return try Parametrization(network, rules: rules, bound: bound)
  }

  private func convolutionRules(
    image: Shape, targets: [String], using generator: inout Generator
  ) -> [Parametrization.Rule] {
    var (rules, image) = ([Parametrization.Rule](), image)
    for (index, layer) in convolutions.enumerated() {
      let free = freeNumbers(
        "sandwich_convolution_\(index + 1)", layer.freeShape(for: image), using: &generator)
      let (own, first) = (image, index == 0 ? bound.squareRoot() : 1)
      rules.append(
        Parametrization.Rule(free: free, targets: Array(targets[2 * index..<2 * index + 2])) {
          layer.kernels($0, image: own, scale: first)
        })
      image = layer.output(of: image)
    }
    return rules
  }

  private func denseRules(
    targets: [String], using generator: inout Generator
  ) -> [Parametrization.Rule] {
    var rules: [Parametrization.Rule] = []
    for index in 1..<layers.count {
      let (inputs, outputs) = (layers[index - 1], layers[index])
      let first = index == 1 && convolutions.isEmpty ? bound.squareRoot() : 1
      let last = index == layers.count - 1 ? bound.squareRoot() : nil
      var free = freeNumbers("sandwich_\(index)", [outputs, inputs + outputs], using: &generator)
      if last != nil { free.removeLast() }
      let place = 2 * (index - 1)
      let own = Array(targets[place..<place + (last == nil ? 2 : 1)])
      rules.append(
        Parametrization.Rule(free: free, targets: own) {
          Self.weights($0, outputs: outputs, first: first, last: last)
        })
    }
    return rules
  }

  /// What one layer is made of: a matrix or kernel, its norm and the logarithm of the diagonal.
  private func freeNumbers(
    _ name: String, _ shape: Shape, using generator: inout Generator
  ) -> [(name: String, value: Tensor)] {
    let limit = 1 / Double(shape.dropFirst().reduce(1, *)).squareRoot()
    let raw = Tensor.uniform(shape, in: -limit...limit, using: &generator)
    return [
      ("\(name).matrix", raw), ("\(name).scale", raw.norm().reshaped(to: [1])),
      ("\(name).log_diagonal", .zeros([shape[0]])),
    ]
  }

  /// The weights of one dense layer.
  ///
  /// - Shape: of free numbers `[out, out + in]`, `[1]` and, but for the last layer, `[out]`.
  private static func weights(
    _ free: [Tensor], outputs: Int, first: Double, last: Double?
  ) -> [Tensor] {
    let pair = CayleyTransform.orthonormal(free[0], scaledTo: free[1])
    let back = pair.narrowed(axis: 1, from: 0, count: outputs)
    let forth = pair.narrowed(axis: 1, from: outputs, count: pair.size(1) - outputs)
    if let last { return [forth * (first * last)] }
    let (diagonal, root) = (free[2].exp(), 2.0.squareRoot())
    return [
      forth * (root * first) / diagonal.expandedDimension(at: 1),
      back.transposed() * diagonal * root,
    ]
  }
}
