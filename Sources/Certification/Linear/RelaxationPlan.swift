import Networks
import Tensors

/// A network prepared for linear relaxations: its decomposed graph as steps with linear rules.
///
/// Only what depends on the input is a step; steps are in the order of the graph.
struct RelaxationPlan: Sendable {
  struct Step: Sendable {
    let rule: LinearRule
    /// The steps whose values the rule takes.
    let operands: [Int]
    let shape: ExampleShape
    /// The node of the decomposed network whose value this is, broadcast if need be.
    let node: Graph.ValueID
  }

  /// The decomposed network, in double precision.
  let network: Network
  /// The arithmetic of the bounds.
  let dtype: DType
  private(set) var steps: [Step] = []
  /// The same steps in single precision, which bounds are searched with.
  private var singleSteps: [Step] = []
  /// The decomposed network's ensembles of trees, by their sums' nodes.
  let forests: [Graph.ValueID: DecisionForest]
  /// The steps whose bounds relaxations need, in order.
  private(set) var bounded: [Int] = []

  /// Whether a step is curved or jumps, so that no split at a kink makes it linear.
  var hasCurves: Bool { steps.contains(where: \.rule.isCurved) }

  /// Whether a step's value may jump where its operands do not.
  var hasJumps: Bool { steps.contains(where: \.rule.isJump) }

  /// The last step, which makes the network's output.
  var output: Int { steps.count - 1 }
  /// The step that is the network's input.
  private(set) var source = 0

  /// - Throws: `NetworkError.unsupported`, naming the node that has no linear relaxation.
  init(_ original: Network) throws(NetworkError) {
    network = try Decomposition.network(from: original)
    forests = DecisionForest.all(in: network)
    dtype = .float64
    try makeSteps()
    fuseOffsets()
    singleSteps = Self.singleSteps(of: steps)
    source = steps.firstIndex { if case .source = $0.rule { true } else { false } }!
    let isNeeded = Set(steps.filter(\.rule.isRelaxed).flatMap(\.operands))
    bounded = isNeeded.sorted()
  }

  private static func singleSteps(of steps: [Step]) -> [Step] {
    steps.map { step in
      Step(
        rule: step.rule.cast(to: .float32), operands: step.operands, shape: step.shape,
        node: step.node)
    }
  }

  /// The same plan in single precision: faster, and not accounting for rounding.
  var single: RelaxationPlan { RelaxationPlan(self) }

  /// Steps that were made from those of another plan, in double precision.
  init(steps: [Step], of other: RelaxationPlan) {
    (network, forests, dtype, self.steps) = (other.network, other.forests, .float64, steps)
    singleSteps = Self.singleSteps(of: steps)
    source = steps.firstIndex { if case .source = $0.rule { true } else { false } } ?? 0
    let isNeeded = Set(steps.filter(\.rule.isRelaxed).flatMap(\.operands))
    bounded = isNeeded.sorted()
  }

  private init(_ other: RelaxationPlan) {
    (network, forests, dtype) = (other.network, other.forests, .float32)
    (steps, singleSteps) = (other.singleSteps, other.singleSteps)
    (bounded, source) = (other.bounded, other.source)
  }

  private mutating func makeSteps() throws(NetworkError) {
    let graph = network.graph
    var places = [Int?](repeating: nil, count: graph.nodes.count)
    let isUsed = usedNodes()
    for (id, node) in graph.nodes.enumerated() where node.type.isPerExample && isUsed[id] {
      let shape = ExampleShape(node.type)
      if id == graph.input {
        places[id] = append(.source, [], shape, node: id)
        continue
      }
      if let forest = forests[id] {
        let place = places[forest.decisions]!
        let relaxation = IntervalRelaxation(
          content: .forest(forest), constants: [nil], shapes: [steps[place].shape], output: shape)
        places[id] = append(.interval(relaxation), [place], shape, node: id)
        continue
      }
      var operands = node.operands.compactMap { places[$0] }
      let constants = node.operands.map { places[$0] == nil ? constant(graph.nodes[$0]) : nil }
      if operands.isEmpty {
        let value = node.operation.evaluated(
          on: constants.map { $0! }, in: network, input: .zeros([1]), mode: .inference)
        places[id] = append(.constant(value.reshaped(to: shape.sizes)), [], shape, node: id)
        continue
      }
      switch node.operation {
      case .combine: operands = operands.map { broadcast($0, to: shape, type: node.type) }
      case .choose:
        operands = node.operands.map { operand in
          if let place = places[operand] { return broadcast(place, to: shape, type: node.type) }
          let value = shape.constant(constant(graph.nodes[operand])).broadcast(to: shape.sizes)
          return append(.constant(value), [], shape, node: operand)
        }
      case .concatenate:
        // Constants among the pieces become steps of their own.
        operands = node.operands.indices.map { index in
          if let place = places[node.operands[index]] { return place }
          preconditionFailure("'\(node.name)' joins examples with what has no batch")
        }
      default: break
      }
      var next = operands.makeIterator()
      let shapes = constants.map { $0 == nil ? next.next().map { steps[$0].shape } : nil }
      let rule = try node.operation.linearRule(
        constants: constants, shapes: shapes, output: shape, node: node, in: network)
      places[id] = append(rule, operands, shape, node: id)
    }
    precondition(places[graph.output] == steps.count - 1, "the output is the last step")
  }

  /// The nodes that steps are made of: not those between an ensemble's comparisons and its sum.
  private func usedNodes() -> [Bool] {
    let graph = network.graph
    var isUsed = [Bool](repeating: false, count: graph.nodes.count)
    (isUsed[graph.output], isUsed[graph.input]) = (true, true)
    for id in graph.nodes.indices.reversed() where isUsed[id] {
      for operand in forests[id].map({ [$0.decisions] }) ?? graph.nodes[id].operands {
        isUsed[operand] = true
      }
    }
    return isUsed
  }

  private func constant(_ node: Graph.Node) -> Tensor {
    guard case .constant(let tensor) = node.operation else {
      preconditionFailure("'\(node.name)' has no batch and is no constant")
    }
    return tensor
  }

  private mutating func append(
    _ rule: LinearRule, _ operands: [Int], _ shape: ExampleShape, node: Graph.ValueID
  ) -> Int {
    steps.append(Step(rule: rule, operands: operands, shape: shape, node: node))
    return steps.count - 1
  }

  private mutating func broadcast(
    _ place: Int, to shape: ExampleShape, type: ValueType
  ) -> Int {
    let own = steps[place].shape
    guard own != shape else { return place }
    let map = AffineMap(
      kind: .general(.broadcast(type.shape), network, constant: nil, constantIsFirst: false),
      input: own, output: shape, terms: shape.count / own.count)
    // Its box is its operand's, broadcast.
    return append(.affine(map, offset: nil), [place], shape, node: steps[place].node)
  }

  /// Lets a linear map and the addition of a constant after it be one step.
  private mutating func fuseOffsets() {
    var uses = [Int](repeating: 0, count: steps.count)
    for step in steps { for operand in step.operands { uses[operand] += 1 } }
    var fused: [Step] = []
    var places = [Int](repeating: -1, count: steps.count)
    for (index, step) in steps.enumerated() {
      let operands = step.operands.map { places[$0] }
      if case .affine(let map, let offset?) = step.rule, map.isUnchanged,
        uses[step.operands[0]] == 1, operands[0] == fused.count - 1,
        case .affine(let before, let first) = fused[operands[0]].rule
      {
        fused[operands[0]] = Step(
          rule: .affine(before, offset: first.map { $0 + offset } ?? offset),
          operands: fused[operands[0]].operands, shape: step.shape, node: step.node)
        places[index] = operands[0]
      } else {
        fused.append(Step(rule: step.rule, operands: operands, shape: step.shape, node: step.node))
        places[index] = fused.count - 1
      }
    }
    steps = fused
  }
}

extension LinearRule {
  fileprivate func cast(to dtype: DType) -> LinearRule {
    switch self {
    case .constant(let value): .constant(value.cast(to: dtype))
    case .affine(let map, let offset): .affine(map.cast(to: dtype), offset: offset?.cast(to: dtype))
    case .gate(let factor): .gate(factor.cast(to: dtype))
    case .source, .sum, .concatenation, .activation, .product, .matmul, .choice, .interval: self
    }
  }
}

extension AffineMap {
  /// Whether the map is the identity, so that only an offset is left.
  fileprivate var isUnchanged: Bool {
    if case .reshape = kind { input == output } else { false }
  }

  fileprivate func cast(to dtype: DType) -> AffineMap {
    let kind: Kind =
      switch kind {
      case .dense(let weight): .dense(DenseWeight(weight.matrix.cast(to: dtype)))
      case .scale(let factor): .scale(factor.cast(to: dtype))
      case .convolution(let weight): .convolution(weight.cast(to: dtype))
      case .general(let operation, let network, let constant, let constantIsFirst):
        .general(
          operation, network,
          constant: constant.map { $0.dtype.isFloatingPoint ? $0.cast(to: dtype) : $0 },
          constantIsFirst: constantIsFirst)
      case .adjoint(let map): .adjoint(map.cast(to: dtype))
      case .reshape, .transpose: kind
      }
    return AffineMap(kind: kind, input: input, output: output, terms: terms)
  }
}
