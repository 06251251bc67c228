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
    for (id, node) in network.graph.nodes.enumerated() where network.linearMap(at: id) != nil {
      let shape = network.graph.nodes[node.operands[0]].type.shape.dropFirst().map(\.size)
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
      guard let map = network.linearMap(at: id) else { continue }
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
}

extension Network {
  /// The linear map of a node with a fixed weight, without its bias; nil for other nodes.
  fileprivate func linearMap(at id: Graph.ValueID) -> ((Tensor) -> Tensor)? {
    let node = graph.nodes[id]
    guard node.operands.count > 1, let weight = leafValue(node.operands[1])?.detached() else {
      return nil
    }
    switch node.operation {
    case .linear: return { $0.linear(weight: weight, bias: nil) }
    case .convolution(let geometry):
      return { $0.convolved(weight: weight, bias: nil, geometry) }
    default: return nil
    }
  }
}
