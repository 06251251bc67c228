import Networks
import Tensors

/// Rewrites a network so that some of its parameters come in with the input: each example then has
/// parameters of its own, and whatever bounds inputs bounds them too.
///
/// The new input is one row for each example: the old input's elements, then those of each lifted
/// parameter in order.
///
/// - Source: "Automatic Perturbation Analysis for Scalable Certified Robustness and Beyond" (2020),
///   section 3.1.
struct ParameterLifting {
  let source: Network
  var builder = GraphBuilder()
  /// Values that lifted parameters alone make: `[batch]` and the shape that they had.
  private(set) var lifted: Set<Graph.ValueID> = []
  /// Values that depend on the old input.
  private var varying: Set<Graph.ValueID> = []
  let batch: Dimension
  /// How many examples there are to be bounded at a time.
  let examples: Int

  /// - Parameters:
  ///   - indices: those of the parameters to lift.
  ///   - examples: how many examples are bounded at a time, by which values must fit in memory.
  /// - Throws: `NetworkError.unsupported`, naming the node that has no rule for its parameters.
  static func network(
    from source: Network, lifting indices: [Int], examples: Int
  ) throws(NetworkError) -> Network {
    var lifting = ParameterLifting(source, examples: examples)
    return try lifting.rewritten(indices)
  }

  private init(_ source: Network, examples: Int) {
    (self.source, self.examples) = (source, examples)
    batch = source.graph.inputType.shape[0]
  }

  private mutating func rewritten(_ indices: [Int]) throws(NetworkError) -> Network {
    let graph = source.graph
    let type = graph.inputType
    let input = graph.nodes[graph.input]
    guard type.dtype.isFloatingPoint, batch.size == 1 else {
      throw unsupported(input, "It takes no numbers, or several examples at a time.")
    }
    let sizes = indices.map { source.parameters.layout.sizes[$0] }
    let width = type.count + sizes.reduce(0, +)
    let row = builder.addInput(
      ValueType([batch, Dimension(width)], type.dtype), name: input.name)
    let own = try piece(of: row, from: 0, shape: type.shape)
    varying.insert(own)
    var places: [Graph.ValueID] = []
    var start = type.count
    var parameters: [Int: Graph.ValueID] = [:]
    for (index, size) in zip(indices, sizes) {
      let shape = source.parameters.layout.shapes[index].map { Dimension($0) }
      parameters[index] = try piece(of: row, from: start, shape: [batch] + shape)
      start += size
    }
    lifted = Set(parameters.values)
    for node in graph.nodes {
      let x = node.operands.map { places[$0] }
      let place: Graph.ValueID
      switch node.operation {
      case .input: place = own
      case .parameter(let index):
        place =
          parameters[index]
          ?? builder.addParameter(source.parameters.tensors[index], name: node.name)
      case .buffer(let index):
        place = builder.addBuffer(source.buffers.tensors[index], name: node.name)
      case .constant(let tensor): place = builder.addConstant(tensor, name: node.name)
      default:
        place =
          x.contains { lifted.contains($0) }
          ? try value(of: node, on: x) : try add(node.operation, x, name: node.name)
      }
      places.append(place)
    }
    let output = places[graph.output]
    guard varying.contains(output) else {
      throw unsupported(graph.nodes[graph.output], "The output does not depend on the input.")
    }
    return builder.network(output: output)
  }

  private mutating func piece(
    of row: Graph.ValueID, from start: Int, shape: [Dimension]
  ) throws(NetworkError) -> Graph.ValueID {
    let count = shape.reduce(1) { $0 * $1.size }
    let slice = try builder.add(.slice(axis: 1, start: start, end: start + count, step: 1), [row])
    return try builder.add(.reshape(shape), [slice])
  }

  /// The value of a node some of whose operands are lifted.
  private mutating func value(
    of node: Graph.Node, on x: [Graph.ValueID]
  ) throws(NetworkError) -> Graph.ValueID {
    if x.count == 1 {
      switch node.operation {
      case .reshape(let shape): return try moved(.reshape([batch] + shape), x[0], node)
      case .transpose(let axes):
        return try moved(.transpose([0] + axes.map { $0 + 1 }), x[0], node)
      case .cast(let dtype) where dtype.isFloatingPoint:
        return try moved(node.operation, x[0], node)
      default: break
      }
    }
    guard x.contains(where: { varying.contains($0) }) else {
      throw unsupported(node, "Parameters that move are changed before they meet the input.")
    }
    switch node.operation {
    case .combine(let function): return try combined(function, x, node)
    case _ where !varying.contains(x[0]): break
    case .linear:
      var result: Graph.ValueID
      if lifted.contains(x[1]) {
        let weight = try add(.transpose([0, 2, 1]), [x[1]])
        result = try product(of: x[0], with: weight, node)
      } else {
        result = try add(.linear, [x[0], x[1]], name: node.name)
      }
      if x.count > 2 { result = try combined(.add, [result, x[2]], node) }
      return result
    case .matmul:
      guard lifted.contains(x[1]), builder.type(of: x[1]).shape.count == 3 else { break }
      return try product(of: x[0], with: x[1], node)
    case .convolution, .transposedConvolution:
      var result = try convolution(of: x[0], with: x[1], node)
      if x.count > 2 { result = try combined(.add, [result, channels(x[2], of: result)], node) }
      return result
    case .batchNormalization:
      guard !lifted.contains(x[3]), !lifted.contains(x[4]) else {
        throw unsupported(node, "Its statistics move; interval bounds take it.")
      }
      let type = source.graph.nodes[node.operands[1]].type
      let sizes = type.shape.map(\.size)
      let one = builder.addConstant(.ones(sizes, dtype: type.dtype))
      let zero = builder.addConstant(.zeros(sizes, dtype: type.dtype))
      let plain = try add(node.operation, [x[0], one, zero, x[3], x[4]])
      return try scaledPerChannel(plain, x[1...2], node)
    case .groupNormalization:
      return try scaledPerChannel(add(node.operation, [x[0]]), x[1...], node)
    case .layerNormalization:
      var result = try add(node.operation, [x[0]])
      if x.count > 1 { result = try combined(.multiply, [result, x[1]], node) }
      if x.count > 2 { result = try combined(.add, [result, x[2]], node) }
      return result
    default: break
    }
    throw unsupported(node, "It takes parameters that move; interval bounds may take them.")
  }
}

/// The words of which nodes with lifted operands are made.
extension ParameterLifting {
  mutating func add(
    _ operation: Operation, _ operands: [Graph.ValueID], name: String? = nil
  ) throws(NetworkError) -> Graph.ValueID {
    let result = try builder.add(operation, operands, name: name)
    if operands.contains(where: { varying.contains($0) }) { varying.insert(result) }
    return result
  }

  func unsupported(_ node: Graph.Node, _ hint: String) -> NetworkError {
    .unsupported(
      node: node.name, operation: node.operation.name,
      interpretation: "linear relaxations over parameters", hint: hint)
  }

  /// A lifted value whose elements are moved about.
  private mutating func moved(
    _ operation: Operation, _ x: Graph.ValueID, _ node: Graph.Node
  ) throws(NetworkError) -> Graph.ValueID {
    let result = try add(operation, [x], name: node.name)
    lifted.insert(result)
    return result
  }

  /// The product of `[…, in]` with each example's own matrix, `[batch, in, out]`.
  private mutating func product(
    of x: Graph.ValueID, with matrix: Graph.ValueID, _ node: Graph.Node
  ) throws(NetworkError) -> Graph.ValueID {
    let shape = builder.type(of: x).shape
    let sizes = builder.type(of: matrix).shape
    guard varying.contains(x) else {
      throw unsupported(node, "Parameters that move meet each other before they meet the input.")
    }
    let count = shape.dropLast().reduce(1) { $0 * $1.size }
    let rows = try add(.reshape([batch, Dimension(count), sizes[1]]), [x])
    let result = try add(.matmul, [rows, matrix], name: node.name)
    return try add(.reshape(shape.dropLast() + [sizes[2]]), [result])
  }

  /// The combination of data, whose first axis is the batch, with a lifted value that broadcasts.
  private mutating func combined(
    _ function: BinaryFunction, _ x: [Graph.ValueID], _ node: Graph.Node
  ) throws(NetworkError) -> Graph.ValueID {
    guard let place = x.firstIndex(where: { lifted.contains($0) }) else {
      return try add(.combine(function), x, name: node.name)
    }
    let data = builder.type(of: x[1 - place]).shape
    var sizes = Array(builder.type(of: x[place]).shape.dropFirst())
    // Where a lifted value has as many axes as the data, its first one broadcasts over the batch.
    if sizes.count == data.count, sizes.first == 1 { sizes.removeFirst() }
    guard varying.contains(x[1 - place]), data.first == batch, sizes.count < data.count else {
      throw unsupported(node, "Parameters that move are not combined with one example each.")
    }
    let ones = [Dimension](repeating: 1, count: data.count - 1 - sizes.count)
    var operands = x
    operands[place] = try add(.reshape([batch] + ones + sizes), [x[place]])
    return try add(.combine(function), operands, name: node.name)
  }

  /// The normalized image times the first operand plus the second, if there are any, each with one
  /// number for each channel.
  private mutating func scaledPerChannel(
    _ image: Graph.ValueID, _ operands: ArraySlice<Graph.ValueID>, _ node: Graph.Node
  ) throws(NetworkError) -> Graph.ValueID {
    var result = image
    for (operand, function) in zip(operands, [BinaryFunction.multiply, .add]) {
      result = try combined(function, [result, channels(operand, of: image)], node)
    }
    return result
  }

  /// Numbers for each channel, shaped to be combined with an image.
  private mutating func channels(
    _ x: Graph.ValueID, of image: Graph.ValueID
  ) throws(NetworkError) -> Graph.ValueID {
    let shape = builder.type(of: image).shape
    let sizes = [shape[1]] + shape.dropFirst(2).map { _ in 1 }
    guard lifted.contains(x) else { return try add(.reshape(sizes), [x]) }
    let result = try add(.reshape([batch] + sizes), [x])
    lifted.insert(result)
    return result
  }
}
