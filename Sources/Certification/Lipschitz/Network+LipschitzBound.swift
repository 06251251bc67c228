import Networks
import Tensors

/// How a Lipschitz constant of a whole network is bounded.
public enum LipschitzMethod: Sendable, Hashable {
  /// The product of the constants of the layers, along every path of the graph.
  case product(GramIteration = GramIteration())
  /// A semidefinite program over all layers of a chain at once.
  case semidefinite(SemidefiniteSettings = SemidefiniteSettings())
}

/// What one node does to a Lipschitz bound.
public struct LayerLipschitzBound: Sendable, Hashable {
  public let node: String
  public let operation: String
  /// The bound of the node's value in the network's input.
  public let bound: Double
  /// That bound, divided by the largest one among the operands.
  public let gain: Double
}

extension Network {
  /// Returns a bound of how much farther apart outputs are than the inputs they belong to.
  ///
  /// - Soundness: for the network in real arithmetic, for all pairs of inputs.
  /// - Throws: `NetworkError.unsupported`, naming the node, if an operation is not Lipschitz, has no
  ///   rule, or is not part of a chain that the semidefinite program knows;
  ///   `SemidefiniteProgramError` if that cannot be solved.
  public func lipschitzBound(
    norm: LipschitzNorm, method: LipschitzMethod = .product()
  ) throws -> LipschitzBound {
    switch method {
    case .product(let gram):
      let value = try lipschitzBounds(norm: norm, gram: gram, to: graph.output)
      return LipschitzBound(value, norm: norm, method: "product")
    case .semidefinite(let settings):
      return try LipSDP(norm: norm, settings: settings).bound(of: self)
    }
  }

  /// Returns the product bound node by node, without those that only move numbers.
  ///
  /// - Throws: `NetworkError.unsupported`.
  public func layerLipschitzBounds(
    norm: LipschitzNorm, gram: GramIteration = GramIteration()
  ) throws(NetworkError) -> [LayerLipschitzBound] {
    let factors = try lipschitzFactors(CertifiedGains(norm: norm, gram: gram), to: graph.output)
      .map { $0?.item() }
    var rows: [LayerLipschitzBound] = []
    for (id, node) in graph.nodes.enumerated() {
      guard let own = factors[id], !node.operands.isEmpty else { continue }
      let before = node.operands.compactMap { factors[$0] }.max() ?? 1
      if case .slice = node.operation { continue }
      if case .reshape = node.operation { continue }
      rows.append(
        LayerLipschitzBound(
          node: node.name, operation: node.operation.name, bound: own,
          gain: before > 0 ? own / before : 0))
    }
    return rows
  }

  /// The product bound of one node's value, moved outward; a number that is not finite is infinite.
  func lipschitzBounds(
    norm: LipschitzNorm, gram: GramIteration, to target: Graph.ValueID
  ) throws(NetworkError) -> Double {
    let factors = try lipschitzFactors(CertifiedGains(norm: norm, gram: gram), to: target)
    guard let factor = factors[target] else { return 0 }
    let value = factor.item() * (1 + Double(graph.nodes.count + 8) * 16 * Rounding.function)
    return value.isFinite ? value : .infinity
  }

  /// The bound of every node up to `target` that depends on the input.
  ///
  /// - Throws: `NetworkError.unsupported`.
  func lipschitzFactors(
    _ gains: some LinearGains, to target: Graph.ValueID
  ) throws(NetworkError) -> [Tensor?] {
    let needed = ancestors(of: target)
    var factors = [Tensor?](repeating: nil, count: graph.nodes.count)
    var evaluated: [Tensor]?
    for (id, node) in graph.nodes.enumerated() where needed.contains(id) {
      if let pattern = SortingPattern(endingAt: id, in: graph) {
        factors[id] = factors[pattern.source]
        continue
      }
      if let pattern = HouseholderPattern(endingAt: id, in: self) {
        factors[id] = factors[pattern.source].map { $0 * pattern.gain(gains.norm) }
        continue
      }
      if gains.norm == .l2, let pattern = CircularPattern(endingAt: id, in: graph),
        let kernel = leafValue(node.operands[1]),
        node.operands.dropFirst().allSatisfy({ factors[$0] == nil })
      {
        factors[id] = factors[pattern.source].map { $0 * gains.gain(of: kernel, pattern, at: id) }
        continue
      }
      let site = LipschitzSite(id: id, node: node, operands: node.operands.map { graph.nodes[$0] })
      factors[id] = try node.operation.lipschitz(
        of: node.operands.map { factors[$0] }, at: site, gains
      ) { index throws(NetworkError) in
        let operand = node.operands[index]
        if let leaf = leafValue(operand) { return leaf }
        if evaluated == nil {
          evaluated = try values(of: .zeros([fixedBatch ?? 1] + inputShape))
        }
        return evaluated![operand]
      }
    }
    return factors
  }

  /// The value of a node that is a fixed tensor.
  func leafValue(_ id: Graph.ValueID) -> Tensor? {
    switch graph.nodes[id].operation {
    case .parameter(let index): parameters.tensors[index]
    case .buffer(let index): buffers.tensors[index]
    case .constant(let tensor): tensor
    default: nil
    }
  }

  private func ancestors(of target: Graph.ValueID) -> Set<Graph.ValueID> {
    var needed: Set<Graph.ValueID> = [target]
    for id in (0...target).reversed() where needed.contains(id) {
      needed.formUnion(graph.nodes[id].operands)
    }
    return needed
  }
}
