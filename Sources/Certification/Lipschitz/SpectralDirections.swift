import Networks
import Tensors

/// The directions that the linear maps of a network stretch most, which training carries along.
///
/// Power iteration that goes on from step to step follows weights that move slowly at the cost of a
/// round or two a step.
struct SpectralDirections: LinearGains {
  let norm = LipschitzNorm.l2
  private var directions: [Graph.ValueID: Tensor] = [:]

  /// Random directions for every linear map of `network` whose weight is fixed.
  init(_ network: Network, using generator: inout Generator) {
    for id in network.graph.nodes.indices {
      guard let (source, _) = network.linearMap(at: id) else { continue }
      let shape = network.graph.nodes[source].type.shape.dropFirst().map(\.size)
      directions[id] = .normal([1] + shape, using: &generator)
    }
  }

  /// The directions by name, to be kept in a checkpoint.
  var state: [String: Tensor] {
    get {
      Dictionary(uniqueKeysWithValues: directions.map { ("direction_\($0)", $1) })
    }
    set {
      for id in directions.keys { directions[id] = newValue["direction_\(id)"] }
    }
  }

  /// Turns every direction toward what its map stretches most.
  mutating func turn(in network: Network, steps: Int) {
    for (id, direction) in directions {
      guard let (_, map) = network.linearMap(at: id) else { continue }
      directions[id] = PowerIteration(steps: steps).direction(of: map, from: direction)
    }
  }

  func gain(ofMatrix weight: Tensor, at node: Graph.ValueID) -> Tensor {
    guard let direction = directions[node] else { return GramIteration(steps: 6)(weight) }
    return direction.matmul(weight.transposed()).norm()
  }

  func gain(
    ofKernel kernel: Tensor, _ geometry: ConvolutionGeometry, input: [Int], at node: Graph.ValueID
  ) -> Tensor {
    guard let direction = directions[node] else {
      return GramIteration(steps: 6).zeroPaddedNorm(kernel, geometry, input: input)
    }
    return direction.convolved(weight: kernel, bias: nil, geometry).norm()
  }

  func gain(of kernel: Tensor, _ circular: CircularPattern, at node: Graph.ValueID) -> Tensor {
    guard let direction = directions[node] else {
      return GramIteration(steps: 6).circularNorm(
        kernel, circular.geometry, sizes: circular.torus)
    }
    return circular.padded(direction).convolved(weight: kernel, bias: nil, circular.geometry).norm()
  }
}

extension Network {
  /// The linear map that ends at a node with a fixed weight, without its bias, and the value that it
  /// begins with; nil for other nodes.
  fileprivate func linearMap(
    at id: Graph.ValueID
  ) -> (source: Graph.ValueID, map: (Tensor) -> Tensor)? {
    let node = graph.nodes[id]
    guard node.operands.count > 1, let weight = leafValue(node.operands[1])?.detached() else {
      return nil
    }
    switch node.operation {
    case .linear: return (node.operands[0], { $0.linear(weight: weight, bias: nil) })
    case .convolution(let geometry):
      if let circular = CircularPattern(endingAt: id, in: graph) {
        return (
          circular.source,
          { circular.padded($0).convolved(weight: weight, bias: nil, geometry) }
        )
      }
      return (node.operands[0], { $0.convolved(weight: weight, bias: nil, geometry) })
    default: return nil
    }
  }
}
