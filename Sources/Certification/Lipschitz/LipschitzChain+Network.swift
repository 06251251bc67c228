import Networks
import Tensors

extension LipschitzChain {
  /// Reads a network as a chain, from its end to its input.
  ///
  /// Linear maps that follow each other are multiplied; sums with fixed values and reshaping do not
  /// matter for differences.
  ///
  /// - Throws: `NetworkError.unsupported`, naming the node that is no part of a chain.
  init(_ network: Network) throws(NetworkError) {
    let graph = network.graph
    var reversed: [Link] = []
    /// What follows the next linear map that is met, and the order of its outputs.
    var (activation, order): (LipSDP.Activation?, [Int]?) = (nil, nil)
    var isAfterLinear = false
    var id = graph.output
    func refused(_ node: Graph.Node, _ hint: String) -> NetworkError {
      .unsupported(
        node: node.name, operation: node.operation.name, interpretation: "semidefinite bounds",
        hint: hint)
    }
    func follow(_ next: LipSDP.Activation, at node: Graph.Node) throws(NetworkError) {
      guard isAfterLinear, activation == nil else {
        throw refused(node, "Between two activations there is no linear map.")
      }
      (activation, isAfterLinear) = (next, false)
    }
    while id != graph.input {
      let node = graph.nodes[id]
      if let pattern = SortingPattern(endingAt: id, in: graph) {
        guard pattern.axis == 1, node.type.shape.count == 2 else {
          throw refused(node, "It sorts something else than a row of features.")
        }
        try follow(.groupSort(pattern.places[0].count), at: node)
        let slots = pattern.slots.flatMap { $0 }
        reversed[reversed.count - 1].weight =
          reversed[reversed.count - 1].weight.gathering(Tensor(slots), axis: 1)
        order = pattern.places.flatMap { $0 }
        id = pattern.source
        continue
      }
      if let pattern = HouseholderPattern(endingAt: id, in: network) {
        try follow(.householder(pattern.normal), at: node)
        id = pattern.source
        continue
      }
      switch node.operation {
      case .linear, .matmul:
        guard node.type.shape.count == 2, var weight = network.leafValue(node.operands[1]),
          node.operands.dropFirst(2).allSatisfy({ network.leafValue($0) != nil })
        else { throw refused(node, "Its weights are not fixed, or its input is no row.") }
        if case .matmul = node.operation { weight = weight.transposed() }
        weight = weight.cast(to: .float64)
        if let order { weight = weight.gathering(Tensor(order)) }
        if isAfterLinear {
          let next = reversed.removeLast()
          let product = next.weight.matmul(weight)
          let size = next.weight.norm().item() * weight.norm().item()
          reversed.append(
            Link(
              weight: product,
              error: next.error * weight.norm().item() * 1.000001
                + size * Rounding.sum(weight.size(0)),
              activation: next.activation))
        } else {
          reversed.append(Link(weight: weight, error: 0, activation: activation))
        }
        (activation, order, isAfterLinear) = (nil, nil, true)
        id = node.operands[0]
      case .combine(.add), .combine(.subtract):
        let fixed = node.operands.map { network.leafValue($0) != nil }
        guard let moving = fixed.firstIndex(of: false), fixed.contains(true),
          graph.nodes[node.operands[moving]].type == node.type,
          case .combine(let function) = node.operation, function == .add || moving == 0
        else { throw refused(node, "It is no sum of a value and a fixed one.") }
        id = node.operands[moving]
      case .reshape: id = node.operands[0]
      case .map(let function):
        guard let range = function.slopeRange else {
          throw refused(node, "Its slopes have no bounds here.")
        }
        try follow(.slopes(range), at: node)
        id = node.operands[0]
      default: throw refused(node, "A chain has linear maps and activations only.")
      }
    }
    guard isAfterLinear, activation == nil else {
      throw refused(graph.nodes[graph.input], "The chain does not begin with a linear map.")
    }
    links = reversed.reversed()
  }
}

extension ElementwiseFunction {
  /// The range of this function's slopes, where it is known.
  fileprivate var slopeRange: ClosedRange<Double>? {
    switch self {
    case .relu, .tanh, .softplus, .softsign, .arctangent, .clip: 0...1
    case .leakyRelu(let slope): min(1, slope)...max(1, slope)
    case .sigmoid: 0...0.25
    case .elu(let alpha) where 0...1 ~= alpha: 0...1
    case .absolute: -1...1
    default: nil
    }
  }
}
