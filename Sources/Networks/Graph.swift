import Tensors

/// Operations and which of them feeds which: the one representation that every interpretation
/// reads.
///
/// Nodes are in order: each one's operands come before it. The builder, the ONNX reader and code
/// all make their graphs through `GraphBuilder`, which infers every type, so that a graph that
/// exists is well formed.
public struct Graph: Sendable {
  /// A node's index in `nodes`, which also names its value.
  public typealias ValueID = Int

  public struct Node: Sendable {
    public let operation: Operation
    public let operands: [ValueID]
    public let name: String
    public let type: ValueType
  }

  public let nodes: [Node]
  public let input: ValueID
  public let output: ValueID
  /// What the rows of the input are made of, if the model's file has several inputs or takes whole
  /// numbers; else empty.
  public let inputParts: [InputPart]
  /// What the user should know about how the graph was read from a file.
  public let notes: [String]
  /// What the classes are called whose scores the output holds, if the model's file says; else empty.
  public let classNames: [String]

  /// The type of the network's input; its first axis is the batch, unless the file fixed it.
  public var inputType: ValueType { nodes[input].type }
  public var outputType: ValueType { nodes[output].type }

  init(
    nodes: [Node], input: ValueID, output: ValueID, inputParts: [InputPart] = [],
    notes: [String] = [], classNames: [String] = []
  ) {
    (self.nodes, self.input, self.output) = (nodes, input, output)
    (self.inputParts, self.notes, self.classNames) = (inputParts, notes, classNames)
  }

  /// Checks what the builder promises.
  ///
  /// - Precondition: operands come before their users, and there is one input.
  func checkInvariants() {
    for (id, node) in nodes.enumerated() {
      precondition(node.operands.allSatisfy { $0 < id }, "node '\(node.name)' uses a later node")
    }
    let inputs = nodes.indices.filter {
      if case .input = nodes[$0].operation { true } else { false }
    }
    precondition(inputs == [input], "inputs are \(inputs), but \(input) is named")
  }
}
