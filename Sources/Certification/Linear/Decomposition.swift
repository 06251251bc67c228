import Networks
import Tensors

/// Rewrites a network into the few operations that have linear relaxations, in double precision.
///
/// Softmax, normalizations, pools of maxima, divisions and the like become compositions that have
/// the same value in real arithmetic. What does not depend on the input is computed. A graph whose
/// file fixed a batch of one takes any number of rows.
///
/// - Precondition of use: every value that depends on the input has the batch as its first axis;
///   another order is refused.
struct Decomposition {
  /// A value of the old graph in the new one.
  enum Place {
    /// Known before any input is.
    case fixed(Tensor)
    case varying(Graph.ValueID)
  }

  let source: Network
  var builder = GraphBuilder()
  private var places: [Place] = []

  /// - Throws: `NetworkError.unsupported`, naming the node that has no linear relaxation.
  static func network(from source: Network) throws(NetworkError) -> Network {
    var decomposition = Decomposition(source: source)
    return try decomposition.rewritten()
  }

  private init(source: Network) {
    self.source = source
  }

  private mutating func rewritten() throws(NetworkError) -> Network {
    for node in source.graph.nodes {
      let place = try rewritten(node)
      if case .varying(let id) = place {
        guard builder.type(of: id).shape.first?.isPerExample == true else {
          throw unsupported(node, "Its batch is not the first axis.")
        }
      }
      places.append(place)
    }
    return builder.network(output: try varying(places[source.graph.output]))
  }

  private mutating func rewritten(_ node: Graph.Node) throws(NetworkError) -> Place {
    let operands = node.operands.map { places[$0] }
    if case .input = node.operation {
      var shape = node.type.shape
      guard shape.first?.size == 1 else {
        throw unsupported(node, "Its file fixed a batch of \(shape.first?.size ?? 0).")
      }
      shape[0] = .batch
      return .varying(builder.addInput(ValueType(shape, .float64), name: node.name))
    }
    let tensors = operands.compactMap { if case .fixed(let tensor) = $0 { tensor } else { nil } }
    if tensors.count == operands.count, !node.type.isPerExample {
      return .fixed(value(of: node, on: tensors))
    }
    return .varying(try rewritten(node, operands))
  }

  /// The value of a node whose operands are known, in double precision if it holds numbers.
  private func value(of node: Graph.Node, on operands: [Tensor]) -> Tensor {
    let value = node.operation.evaluated(
      on: operands, in: source, input: .zeros([1] + source.inputShape), mode: .inference)
    return value.dtype.isFloatingPoint ? value.cast(to: .float64) : value
  }

  /// A composition of operations that have linear relaxations; without one, the operation itself,
  /// which is bounded by intervals.
  ///
  /// - Throws: `NetworkError`.
  private mutating func rewritten(
    _ node: Graph.Node, _ x: [Place]
  ) throws(NetworkError) -> Graph.ValueID {
    let before = builder
    do throws(NetworkError) { return try composed(node, x) } catch {
      guard case .unsupported = error else { throw error }
      builder = before
      return try enclosed(node, x)
    }
  }

  /// - Throws: `NetworkError.unsupported` if there is no composition.
  private mutating func composed(
    _ node: Graph.Node, _ x: [Place]
  ) throws(NetworkError) -> Graph.ValueID {
    switch node.operation {
    case .input, .parameter, .buffer, .constant: preconditionFailure("a leaf has no operands")
    case .map(let function): return try mapped(function, try varying(x[0]), node)
    case .combine(let function): return try combined(function, x, node)
    case .choose:
      guard case .fixed(let condition) = x[0] else {
        return try add(.choose, [truth(of: x[0]), varying(x[1]), varying(x[2])])
      }
      let mask = condition.cast(to: .float64)
      let kept = try add(.combine(.multiply), [varying(x[1]), fixed(mask)])
      return try sum(kept, add(.combine(.multiply), [varying(x[2]), fixed(1 - mask)]))
    case .linear:
      guard case .fixed(let weight) = x[1] else {
        let product = try add(.matmul, [varying(x[0]), transposed(x[1])])
        return x.count > 2 ? try sum(product, varying(x[2])) : product
      }
      let product = try add(.linear, [varying(x[0]), fixed(weight)])
      return x.count > 2 ? try sum(product, varying(x[2])) : product
    case .matmul: return try add(.matmul, [varying(x[0]), varying(x[1])])
    case .convolution, .transposedConvolution:
      guard case .fixed = x[1], case .varying = x[0] else {
        throw unsupported(node, "Its weights depend on the input.")
      }
      let image = try add(node.operation, [varying(x[0]), varying(x[1])])
      return x.count > 2 ? try sum(image, channels(x[2], of: image)) : image
    case .maxPool(let geometry): return try maximum(of: varying(x[0]), geometry, node)
    case .averagePool, .transpose, .slice, .reverse, .resize, .pad:
      return try add(node.operation, [varying(x[0])])
    case .reshape(let shape): return try add(.reshape(freed(shape, node)), [varying(x[0])])
    case .broadcast(let shape): return try add(.broadcast(freed(shape, node)), [varying(x[0])])
    case .batchNormalization(let epsilon): return try batchNormalized(x, epsilon, node)
    case .layerNormalization(let axes, let epsilon):
      return try layerNormalized(x, axes: axes, epsilon)
    case .groupNormalization(let groups, let epsilon):
      return try groupNormalized(x, groups: groups, epsilon)
    case .softmax(let axis): return try add(.map(.reciprocal), [exponentialSum(x[0], axis: axis)])
    case .logSoftmax(let axis):
      return try add(.map(.negate), [add(.map(.log), [exponentialSum(x[0], axis: axis)])])
    case .concatenate:
      var pieces: [Graph.ValueID] = []
      for place in x { pieces.append(try varying(place)) }
      return try add(node.operation, pieces)
    case .gather:
      guard case .fixed(let indices) = x[1] else {
        throw unsupported(node, "Its indices depend on the input.")
      }
      return try add(node.operation, [varying(x[0]), fixed(indices)])
    case .reduce(let reduction, let axes, let keepingAxes):
      return try reduced(reduction, varying(x[0]), axes: axes, keepingAxes: keepingAxes, node)
    case .argmax: throw unsupported(node, "A place jumps.")
    case .cast(let dtype):
      let isTruth = source.graph.nodes[node.operands[0]].type.dtype == .bool
      guard dtype.isFloatingPoint || isTruth else {
        throw unsupported(node, "Conversions to integers jump.")
      }
      return try varying(x[0])
    }
  }

  /// The operation as it is, on operands of the types that it takes.
  private mutating func enclosed(
    _ node: Graph.Node, _ x: [Place]
  ) throws(NetworkError) -> Graph.ValueID {
    var operands: [Graph.ValueID] = []
    for (place, operand) in zip(x, node.operands) {
      let dtype = source.graph.nodes[operand].type.dtype
      if dtype.isFloatingPoint {
        operands.append(try varying(place))
      } else if dtype == .bool {
        operands.append(try truth(of: place))
      } else {
        operands.append(try whole(place, dtype))
      }
    }
    switch node.operation {
    case .reshape(let shape): return try add(.reshape(freed(shape, node)), operands)
    case .broadcast(let shape): return try add(.broadcast(freed(shape, node)), operands)
    default: return try add(node.operation, operands)
    }
  }

  /// A shape whose file fixed a batch of one.
  private func freed(_ shape: [Dimension], _ node: Graph.Node) throws(NetworkError) -> [Dimension] {
    guard source.fixedBatch != nil else { return shape }
    guard shape.first?.size == 1 else {
      throw unsupported(node, "It reshapes the batch of one away.")
    }
    return [.batch] + shape.dropFirst()
  }
}

/// The words of which compositions are made.
extension Decomposition {
  func unsupported(_ node: Graph.Node, _ hint: String) -> NetworkError {
    .unsupported(
      node: node.name, operation: node.operation.name, interpretation: "linear relaxations",
      hint: hint)
  }

  /// Adds a node, or the value of one whose operands are constants.
  mutating func add(
    _ operation: Operation, _ operands: [Graph.ValueID]
  ) throws(NetworkError) -> Graph.ValueID {
    let constants = operands.compactMap { id in
      if case .constant(let tensor) = builder.nodes[id].operation { tensor } else { nil }
    }
    let id = try builder.add(operation, operands)
    guard constants.count == operands.count, !builder.type(of: id).isPerExample else { return id }
    return fixed(
      operation.evaluated(on: constants, in: source, input: .zeros([1]), mode: .inference))
  }

  /// The node of a value as real numbers, which is a constant if it is known.
  ///
  /// Booleans are 0 and 1.
  mutating func varying(_ place: Place) throws(NetworkError) -> Graph.ValueID {
    switch place {
    case .varying(let id) where builder.type(of: id).dtype.isFloatingPoint: return id
    case .varying(let id): return try add(.cast(.float64), [id])
    case .fixed(let tensor): return fixed(tensor.cast(to: .float64))
    }
  }

  /// The node of a value as booleans.
  mutating func truth(of place: Place) throws(NetworkError) -> Graph.ValueID {
    switch place {
    case .varying(let id) where builder.type(of: id).dtype == .bool: return id
    case .varying(let id): return try add(.cast(.bool), [id])
    case .fixed(let tensor): return fixed(tensor.cast(to: .bool))
    }
  }

  /// The node of a value as integers.
  private mutating func whole(
    _ place: Place, _ dtype: DType
  ) throws(NetworkError) -> Graph.ValueID {
    switch place {
    case .varying(let id) where builder.type(of: id).dtype == dtype: return id
    case .varying(let id): return try add(.cast(dtype), [id])
    case .fixed(let tensor): return fixed(tensor.cast(to: dtype))
    }
  }

  mutating func fixed(_ tensor: Tensor) -> Graph.ValueID { builder.addConstant(tensor) }
  mutating func fixed(_ number: Double) -> Graph.ValueID { fixed(Tensor(scalar: number)) }

  mutating func sum(
    _ x: Graph.ValueID, _ y: Graph.ValueID
  ) throws(NetworkError) -> Graph.ValueID { try add(.combine(.add), [x, y]) }

  mutating func difference(
    _ x: Graph.ValueID, _ y: Graph.ValueID
  ) throws(NetworkError) -> Graph.ValueID { try add(.combine(.subtract), [x, y]) }

  mutating func product(
    _ x: Graph.ValueID, _ y: Graph.ValueID
  ) throws(NetworkError) -> Graph.ValueID { try add(.combine(.multiply), [x, y]) }

  mutating func relu(_ x: Graph.ValueID) throws(NetworkError) -> Graph.ValueID {
    try add(.map(.relu), [x])
  }

  /// `max(x, y) = y + relu(x - y)`: splitting the one ReLU decides the maximum.
  mutating func maximum(
    _ x: Graph.ValueID, _ y: Graph.ValueID
  ) throws(NetworkError) -> Graph.ValueID { try sum(relu(difference(x, y)), y) }

  mutating func minimum(
    _ x: Graph.ValueID, _ y: Graph.ValueID
  ) throws(NetworkError) -> Graph.ValueID { try difference(x, relu(difference(x, y))) }

  mutating func transposed(_ place: Place) throws(NetworkError) -> Graph.ValueID {
    let id = try varying(place)
    let rank = builder.type(of: id).shape.count
    return try add(.transpose(Array(0..<rank - 2) + [rank - 1, rank - 2]), [id])
  }

  /// A value with one number a channel, shaped to be combined with an image.
  mutating func channels(
    _ place: Place, of image: Graph.ValueID
  ) throws(NetworkError) -> Graph.ValueID {
    let shape = builder.type(of: image).shape
    let sizes = [shape[1]] + shape.dropFirst(2).map { _ in 1 }
    return try add(.reshape(sizes), [varying(place)])
  }
}
