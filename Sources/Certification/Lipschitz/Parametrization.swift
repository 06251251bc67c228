import Networks
import Tensors

/// A network whose parameters are made of free numbers, so that whatever these are, the network
/// keeps a property.
///
/// Training changes the free numbers, through the rules that make parameters of them; folding makes
/// an ordinary network, which is evaluated, bounded and exported as any other.
public struct Parametrization: Sendable {
  /// How some parameters of a network are made of free tensors.
  public struct Rule: Sendable {
    let free: [(name: String, value: Tensor)]
    let targets: [String]
    let make: @Sendable ([Tensor]) -> [Tensor]

    /// - `free`: names and first values of the free tensors.
    /// - `targets`: the parameters that the rule makes.
    /// - `make`: maps free tensors to parameters; it is differentiated.
    public init(
      free: [(name: String, value: Tensor)], targets: [String],
      make: @escaping @Sendable ([Tensor]) -> [Tensor]
    ) {
      (self.free, self.targets, self.make) = (free, targets, make)
    }
  }

  private let template: Network
  private let rules: [Rule]
  /// The free numbers: those of the rules, then the parameters that no rule makes.
  public var free: Parameters
  /// A Lipschitz bound in the Euclidean norm that holds for all free numbers, up to the rounding of
  /// parameters to their type; nil if there is none.
  public let bound: Double?

  /// - Throws: `NetworkError.missingParameter` if a rule names a parameter that is not there.
  public init(_ network: Network, rules: [Rule] = [], bound: Double? = nil) throws(NetworkError) {
    let layout = network.parameters.layout
    let targets = Set(rules.flatMap(\.targets))
    for name in targets where !layout.names.contains(name) {
      throw .missingParameter(name: name, available: layout.names)
    }
    let others = zip(layout.names, network.parameters.tensors).filter { !targets.contains($0.0) }
    (template, self.rules, self.bound) = (network, rules, bound)
    free = Parameters(rules.flatMap(\.free) + others.map { ($0.0, $0.1) })
  }

  /// The ordinary network of the present free numbers, computed in double precision.
  public var network: Network {
    var wide = self
    wide.free = Parameters(
      zip(free.layout.names, free.tensors).map { ($0, $1.cast(to: .float64)) })
    var network = template
    network.parameters = network.parameters.with(
      values: wide.parameters(of: wide.free.values).cast(to: template.parameters.values.dtype))
    return network
  }

  /// Returns the network's parameters for other free numbers, through which gradients flow.
  ///
  /// - Shape: `[free.count]` to `[parameters.count]`.
  public func parameters(of values: Tensor) -> Tensor {
    let free = self.free.with(values: values)
    var made: [String: Tensor] = [:]
    var next = 0
    for rule in rules {
      let results = rule.make(Array(free.tensors[next..<next + rule.free.count]))
      next += rule.free.count
      for (name, value) in zip(rule.targets, results) { made[name] = value }
    }
    for index in next..<free.tensors.count { made[free.layout.names[index]] = free.tensors[index] }
    return .concatenating(template.parameters.layout.names.map { made[$0]!.flattened() })
  }

  /// Returns the network for other free numbers, through which gradients flow.
  ///
  /// - Shape: `values` is `[free.count]`.
  public func network(of values: Tensor) -> Network {
    var network = template
    network.parameters = network.parameters.with(values: parameters(of: values))
    return network
  }

  /// Returns a network whose named weights have orthonormal rows or columns, whatever the free
  /// numbers are.
  ///
  /// A weight is taken as a matrix of its first axis against all others. For linear layers, and for
  /// convolutions whose stride is their kernel's size, the layer is then an isometry of its inputs
  /// or of its outputs; for other convolutions see `OrthogonalConvolution`, whose regularizer
  /// approaches that.
  ///
  /// - Throws: `NetworkError.missingParameter`.
  public static func orthogonal(
    _ network: Network, weights: [String]
  ) throws(NetworkError) -> Parametrization {
    var rules: [Rule] = []
    for name in weights {
      guard let weight = network.parameters[name] else {
        throw .missingParameter(name: name, available: network.parameters.layout.names)
      }
      rules.append(
        Rule(
          free: [
            ("\(name).free", weight), ("\(name).scale", weight.norm().reshaped(to: [1])),
          ], targets: [name]
        ) { free in
          let matrix = free[0].reshaped(to: [free[0].size(0), -1])
          return [
            CayleyTransform.orthonormal(matrix, scaledTo: free[1]).reshaped(to: free[0].shape)
          ]
        })
    }
    return try Parametrization(network, rules: rules)
  }
}
