import Networks
import Tensors

/// Makes the weights of each output of linear layers and convolutions of a length and a direction:
/// `w = g · v / ‖v‖`.
///
/// The lengths `g` and directions `v` are parameters in the place of the weights, and the rule is
/// part of the graph, so that everything that trains networks trains them. `folded` makes weights
/// of them again, for methods that want plain layers. Transposed convolutions are left as they are.
///
/// - Source: "Weight Normalization: A Simple Reparameterization to Accelerate Training of Deep
///   Neural Networks" (2016), sections 2 and 3.
public struct WeightNormalization: Sendable, Hashable {
  /// The names of the nodes to normalize; nil for every linear layer and convolution.
  public var layers: Set<String>?

  public init(layers: Set<String>? = nil) {
    self.layers = layers
  }

  /// Returns the same function of the inputs with lengths and directions as parameters.
  ///
  /// A parameter `name` becomes `name.direction`, in its shape, and `name.length`, one number an
  /// output.
  ///
  /// - Throws: `NetworkError.unsupported` if the weights of an output are all zero, which have no
  ///   direction.
  public func callAsFunction(_ network: Network) throws -> Network {
    let places = places(in: network)
    let weights = Set(places.map { network.graph.nodes[$0].operands[1] })
    let names = Set(weights.map { network.graph.nodes[$0].name })
    return try network.rewritten { builder, node, _ in
      guard case .parameter(let index) = node.operation, names.contains(node.name) else {
        return nil
      }
      let direction = network.parameters.tensors[index]
      let axes = Array(1..<direction.rank)
      let length = direction.norm(axes: axes, keepingAxes: true)
      guard (length .> 0).all().booleans[0] else {
        throw NetworkError.unsupported(
          node: node.name, operation: node.operation.name, interpretation: "weight normalization",
          hint: "The weights of one of its outputs are all zero and have no direction.")
      }
      let v = builder.addParameter(direction, name: "\(node.name).direction")
      let g = builder.addParameter(length, name: "\(node.name).length")
      let norm = try builder.add(.reduce(.euclideanNorm, axes: axes, keepingAxes: true), [v])
      return try builder.add(
        .combine(.multiply), [v, builder.add(.combine(.divide), [g, norm])], name: node.name)
    }
  }

  /// Returns a normalized network whose outputs of each normalized layer, before what follows it,
  /// have mean 0 and variance 1 over `batch`.
  ///
  /// Directions stay as they are; the paper draws them anew. A layer without offset keeps its mean.
  ///
  /// - Shape: `batch` `[batch] + inputShape`, of two examples or more.
  /// - Throws: as `callAsFunction(_:)`, `NetworkError.inputMismatch`, and `.unsupported` if an
  ///   output is the same for the whole batch.
  /// - Complexity: one evaluation a layer.
  /// - Source: section 3 there; variances are not corrected for the mean.
  public func callAsFunction(_ network: Network, initializedOn batch: Tensor) throws -> Network {
    var normalized = try self(network)
    let names = Set(places(in: network).map { network.graph.nodes[$0].name })
    for node in normalized.graph.nodes where names.contains(node.name) && node.hasWeights {
      let place = normalized.graph.nodes.firstIndex { $0.name == node.name && $0.hasWeights }!
      let values = try normalized.values(of: batch, mode: .training)[place].detached()
      let isSpatial = if case .convolution = node.operation { true } else { false }
      let last = values.rank - 1
      let axes = isSpatial ? [0] + Array(2..<values.rank) : Array(0..<last)
      let deviation = values.variance(axes: axes, correction: 0).squareRoot()
      guard (deviation .> 0).all().booleans[0] else {
        throw NetworkError.unsupported(
          node: node.name, operation: node.operation.name,
          interpretation: "initialization on a batch",
          hint: "One of its outputs is the same for every example.")
      }
      var parameters = normalized.parameters
      let weight = normalized.graph.nodes[node.operands[1]].name
      let length = parameters["\(weight).length"]!
      parameters = try parameters.replacing(
        "\(weight).length", with: length / deviation.reshaped(to: length.shape))
      if node.operands.count > 2 {
        let bias = normalized.graph.nodes[node.operands[2]].name
        guard let offset = parameters[bias] else { continue }
        parameters = try parameters.replacing(
          bias, with: (offset - values.mean(axes: axes)) / deviation)
      }
      normalized.parameters = parameters
    }
    return normalized
  }

  /// Returns a plain network with the same function: what lengths and directions make is a
  /// parameter again.
  public static func folded(_ network: Network) throws -> Network {
    var made: [String: Tensor] = [:]
    let values = try network.values(of: .zeros([network.fixedBatch ?? 1] + network.inputShape))
    for node in network.graph.nodes where node.hasWeights {
      let weight = network.graph.nodes[node.operands[1]]
      guard network.parameters["\(weight.name).direction"] != nil else { continue }
      made[weight.name] = values[node.operands[1]]
    }
    return try network.rewritten { builder, node, _ in
      guard case .combine = node.operation, let weight = made[node.name] else { return nil }
      return builder.addParameter(weight, name: node.name)
    }
  }

  /// The nodes of `network` whose weights are to be normalized.
  private func places(in network: Network) -> [Graph.ValueID] {
    network.graph.nodes.indices.filter { index in
      let node = network.graph.nodes[index]
      guard node.hasWeights, layers?.contains(node.name) ?? true else { return false }
      if case .parameter = network.graph.nodes[node.operands[1]].operation { return true }
      return false
    }
  }
}

extension Graph.Node {
  /// Whether the second operand holds weights whose first axis is the outputs.
  fileprivate var hasWeights: Bool {
    switch operation {
    case .linear, .convolution: true
    default: false
    }
  }
}
