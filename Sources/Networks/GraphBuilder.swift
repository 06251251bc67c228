import Tensors

/// Makes a graph node by node, with the parameters that its nodes refer to.
public struct GraphBuilder {
  public private(set) var nodes: [Graph.Node] = []
  private(set) var parameters: [(name: String, value: Tensor)] = []
  private(set) var buffers: [(name: String, value: Tensor)] = []
  private var input: Graph.ValueID?
  private var inputParts: [InputPart] = []
  /// What the user should know about how the graph was read from a file.
  var notes: [String] = []
  /// What the classes are called whose scores the graph ends in.
  var classNames: [String] = []
  private var usedNames: Set<String> = []

  public init() {}

  public func type(of value: Graph.ValueID) -> ValueType { nodes[value].type }

  /// Adds a node whose type follows from its operands.
  ///
  /// - Throws: `NetworkError.mismatch` if the operands do not fit.
  @discardableResult
  public mutating func add(
    _ operation: Operation, _ operands: [Graph.ValueID] = [], name: String? = nil
  ) throws(NetworkError) -> Graph.ValueID {
    let name = name ?? "\(operation.name)_\(nodes.count)"
    let type: ValueType
    do throws(TypeMismatch) {
      type = try operation.outputType(of: operands.map { nodes[$0].type })
    } catch {
      throw .mismatch(
        node: name, operation: operation.name, operands: operands.map { "\(nodes[$0].type)" },
        reason: error.reason)
    }
    guard type.shape.allSatisfy({ $0.size > 0 }), type.count <= Self.largestValue,
      type.shape.count <= Self.largestRank
    else {
      let isEmpty = type.shape.contains { $0.size <= 0 }
      throw .mismatch(
        node: name, operation: operation.name, operands: operands.map { "\(nodes[$0].type)" },
        reason: type.shape.count > Self.largestRank
          ? "its result would have \(type.shape.count) axes"
          : "its result \(type) would \(isEmpty ? "be empty" : "not fit in memory")")
    }
    guard type.shape.count(where: \.isPerExample) <= 1 else {
      throw .mismatch(
        node: name, operation: operation.name, operands: operands.map { "\(nodes[$0].type)" },
        reason: "its result \(type) would mix examples")
    }
    return append(operation, operands, name: name, type: type)
  }

  /// The most elements that a value may have for one example.
  static let largestValue = 1 << 28

  /// The most axes that a value may have.
  static let largestRank = 16

  /// Adds the network's input.
  ///
  /// - Parameter parts: what its rows are made of, one behind the other, if that has names.
  /// - Precondition: there is none yet.
  public mutating func addInput(
    _ type: ValueType, name: String = "input", parts: [InputPart] = []
  ) -> Graph.ValueID {
    precondition(input == nil, "a network has one input")
    inputParts = parts
    let id = append(.input, [], name: name, type: type)
    input = id
    return id
  }

  public mutating func addConstant(_ tensor: Tensor, name: String? = nil) -> Graph.ValueID {
    append(
      .constant(tensor), [], name: name ?? "constant_\(nodes.count)", type: ValueType(of: tensor))
  }

  /// Adds a trained tensor; a name that is taken gets a number.
  public mutating func addParameter(_ value: Tensor, name: String) -> Graph.ValueID {
    let name = unused(name)
    parameters.append((name, value))
    return append(.parameter(parameters.count - 1), [], name: name, type: ValueType(of: value))
  }

  /// Adds a tensor that is kept with the parameters but not trained.
  public mutating func addBuffer(_ value: Tensor, name: String) -> Graph.ValueID {
    let name = unused(name)
    buffers.append((name, value))
    return append(.buffer(buffers.count - 1), [], name: name, type: ValueType(of: value))
  }

  /// Ends the graph at `output`, and drops what it does not need.
  ///
  /// - Precondition: an input was added.
  public func network(output: Graph.ValueID) -> Network {
    let (graph, parameters, buffers) = pruned(output: output)
    return Network(
      graph: graph, parameters: Parameters(parameters), buffers: Parameters(buffers))
  }

  /// Ends the graph at `output` with the parameters and buffers of `other`, which are not copied.
  ///
  /// - Precondition: an input was added, and the tensors have the names and shapes of the other's.
  public func network(output: Graph.ValueID, sharing other: Network) -> Network {
    let (graph, parameters, buffers) = pruned(output: output)
    for (mine, theirs) in [(parameters, other.parameters), (buffers, other.buffers)] {
      precondition(
        mine.map(\.name) == theirs.layout.names && mine.map(\.value.shape) == theirs.layout.shapes,
        "these tensors are another network's")
    }
    return Network(graph: graph, parameters: other.parameters, buffers: other.buffers)
  }

  /// The part of the graph that `output` needs, with the tensors that it needs.
  private func pruned(
    output: Graph.ValueID
  ) -> (
    Graph, parameters: [(name: String, value: Tensor)], buffers: [(name: String, value: Tensor)]
  ) {
    guard let input else { preconditionFailure("a network needs an input") }
    var needed: Set<Graph.ValueID> = [input, output]
    for id in nodes.indices.reversed() where needed.contains(id) {
      needed.formUnion(nodes[id].operands)
    }
    var places: [Graph.ValueID: Graph.ValueID] = [:]
    var kept: [Graph.Node] = []
    var keptParameters: [(name: String, value: Tensor)] = []
    var keptBuffers: [(name: String, value: Tensor)] = []
    for id in needed.sorted() {
      let node = nodes[id]
      var operation = node.operation
      switch operation {
      case .parameter(let index):
        operation = .parameter(keptParameters.count)
        keptParameters.append(parameters[index])
      case .buffer(let index):
        operation = .buffer(keptBuffers.count)
        keptBuffers.append(buffers[index])
      default: break
      }
      places[id] = kept.count
      kept.append(
        Graph.Node(
          operation: operation, operands: node.operands.map { places[$0]! }, name: node.name,
          type: node.type))
    }
    let graph = Graph(
      nodes: kept, input: places[input]!, output: places[output]!, inputParts: inputParts,
      notes: notes, classNames: classNames)
    return (graph, keptParameters, keptBuffers)
  }

  private mutating func append(
    _ operation: Operation, _ operands: [Graph.ValueID], name: String, type: ValueType
  ) -> Graph.ValueID {
    nodes.append(Graph.Node(operation: operation, operands: operands, name: name, type: type))
    return nodes.count - 1
  }

  private mutating func unused(_ name: String) -> String {
    var candidate = name
    var number = 2
    while !usedNames.insert(candidate).inserted {
      candidate = "\(name)_\(number)"
      number += 1
    }
    return candidate
  }
}
