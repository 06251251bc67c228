import Networks
import Tensors

/// A perceptron that has a given Lipschitz bound in the Euclidean norm, whatever its free numbers
/// are: the sandwich parametrization.
///
/// Each hidden layer is `√2 Aᵀ Ψ σ(√2 Ψ⁻¹ B h + b)` with `A Aᵀ + B Bᵀ = I` from a Cayley transform
/// and a positive diagonal `Ψ`; the last is `B h + b`. The factor `√bound` scales the first and the
/// last weight. It is an ordinary chain of linear maps and activations once it is folded.
///
/// - Source: "Direct Parameterization of Lipschitz-Bounded Deep Networks" (2023), section 3. The
///   convolutional layers of section 4.2 apply their maps in the Fourier domain to whole images;
///   folded, such a kernel is as large as the image, and they are left out here.
public struct LipschitzNetwork: Sendable, Hashable {
  /// The features of each layer, the input's first, the classes last.
  public var layers: [Int]
  /// The largest quotient of distances; positive.
  public var bound: Double
  public var activation: ElementwiseFunction

  /// - Precondition: there are at least two numbers of features, and the slopes of the activation
  ///   lie between 0 and 1.
  public init(layers: [Int], bound: Double = 1, activation: ElementwiseFunction = .relu) {
    precondition(
      layers.count > 1 && layers.allSatisfy { $0 > 0 } && bound > 0,
      "layers \(layers) with bound \(bound)")
    (self.layers, self.bound, self.activation) = (layers, bound, activation)
  }

  /// Returns a network of this kind with random free numbers.
  ///
  /// - `input`: the shape of an example; a row if nothing is said.
  /// - Throws: `NetworkError.mismatch` if an example has not as many elements as the first layer.
  public func parametrization(
    input: Shape? = nil, seed: UInt64
  ) throws(NetworkError) -> Parametrization {
    let root = bound.squareRoot()
    let network = try Network(input: input ?? [layers[0]], seed: seed) {
      if let input, input.count > 1 { Flatten() }
      for index in 1..<layers.count {
        Linear(layers[index])
        if index < layers.count - 1 {
          Activation(activation)
          Linear(layers[index], bias: false)
        }
      }
    }
    let names = network.parameters.layout.names.filter { $0.hasSuffix(".weight") }
    guard network.parameters[names[0]]?.size(1) == layers[0] else {
      throw .inputMismatch(expected: "\(layers[0]) features", actual: input ?? [])
    }
    var generator = Generator(seed: seed)
    var rules: [Parametrization.Rule] = []
    for index in 1..<layers.count {
      let (inputs, outputs) = (layers[index - 1], layers[index])
      let first = index == 1 ? root : 1
      let isLast = index == layers.count - 1
      let limit = 1 / Double(inputs + outputs).squareRoot()
      let raw = Tensor.uniform([outputs, inputs + outputs], in: -limit...limit, using: &generator)
      var free: [(name: String, value: Tensor)] = [
        ("sandwich_\(index).matrix", raw),
        ("sandwich_\(index).scale", raw.norm().reshaped(to: [1])),
      ]
      if !isLast { free.append(("sandwich_\(index).log_diagonal", .zeros([outputs]))) }
      let place = 2 * (index - 1)
      rules.append(
        Parametrization.Rule(free: free, targets: Array(names[place..<place + (isLast ? 1 : 2)])) {
          Self.weights($0, outputs: outputs, first: first, last: isLast ? root : nil)
        })
    }
    return try Parametrization(network, rules: rules, bound: bound)
  }

  /// The weights of one layer.
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
