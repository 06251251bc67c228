import Foundation
import Tensors

/// Turns the nodes of an ONNX file into a graph, in the file's order.
///
/// What is known at import is computed at import: constants by the same rules as everything else,
/// and shapes, which may have the batch as a factor, as lists of dimensions. So no shape arithmetic
/// is left in the graph.
struct ONNXImporter {
  /// What a name in the file stands for.
  enum Imported {
    /// A value of the graph.
    case value(Graph.ValueID)
    /// A tensor known at import; `name` is set if it came as, or from, an initializer.
    case known(Tensor, name: String?)
    /// A known list of integers, some of which may be multiples of the batch.
    case dimensions([Dimension], isScalar: Bool)
  }

  /// Where the batch comes from.
  enum Batch {
    /// It is the first axis of the input, even if the file fixes its size.
    case first
    /// It is the first axis of the input, unless the file fixes its size.
    case open
    /// The file is about one vector; the batch is put in front of it.
    case added
    /// The whole input is one example, because its graph mixes what lies along the first axis.
    case one
  }

  let file: ONNXFile
  /// The output that the graph ends in, by its name in the file.
  let output: String
  let batch: Batch
  /// The type of all real numbers of the graph, whatever types the file mixes.
  let real: DType
  /// The shapes of examples, by the names of inputs, for axes that the file leaves open.
  let exampleShapes: [String: Shape]
  /// The size that the file gives the batch; 1 if it leaves it open.
  var declaredBatch = 1
  /// Whether the file leaves the size of the batch open.
  var isBatchOpen = false
  /// The file's element types of integers, some of which have no type of their own here.
  var wholeTypes: [String: ONNXElementType]
  var builder = GraphBuilder()
  var names: [String: Imported] = [:]
  private(set) var uses: [String: Int] = [:]
  /// How many more elements may be computed at import.
  private var remainingElements: Int
  /// How many more operations computing them may take.
  private var remainingFlops = 1e10

  /// Reads the file's graph.
  ///
  /// - Throws: `NetworkError` that names the node.
  static func network(
    from file: ONNXFile, output: String, batch: Batch, precision: Network.ReadPrecision,
    exampleShapes: [String: Shape]
  ) throws(NetworkError) -> Network {
    let isDouble = precision == .stored && file.computesInDoublePrecision
    var importer = ONNXImporter(
      file: file, output: output, batch: batch, real: isDouble ? .float64 : .float32,
      exampleShapes: exampleShapes)
    return try importer.run()
  }

  private init(
    file: ONNXFile, output: String, batch: Batch, real: DType, exampleShapes: [String: Shape]
  ) {
    (self.file, self.output, self.batch, self.real) = (file, output, batch, real)
    self.exampleShapes = exampleShapes
    wholeTypes = file.wholeTypes
    remainingElements = file.initializers.values.reduce(1 << 26) { $0 + 4 * $1.count }
  }

  private mutating func run() throws(NetworkError) -> Network {
    for (name, tensor) in file.initializers { names[name] = .known(own(tensor), name: name) }
    // What the output does not need is not read: labels beside scores may have no numbers.
    let nodes = file.nodes(for: output)
    for node in nodes { for name in node.needs { uses[name, default: 0] += 1 } }
    uses[output, default: 0] += 1
    try addInput()
    for node in nodes { try add(node) }
    guard let result = names[output] else {
      throw .malformed(file: file.path, reason: "its output '\(output)' is made by no node.")
    }
    guard case .value(let value) = result else {
      throw .malformed(file: file.path, reason: "its output does not depend on its input.")
    }
    let end = try ended(value)
    let classNames = file.classNames(of: output)
    if builder.type(of: end).shape.last?.size == classNames.count {
      builder.classNames = classNames
    }
    return builder.network(output: end)
  }

  /// Whether anything that the output needs uses this value.
  func isNeeded(_ name: String) -> Bool { uses[name, default: 0] > 0 }

  /// A tensor of the file in the graph's types.
  func own(_ tensor: Tensor) -> Tensor {
    tensor.dtype.isFloatingPoint ? tensor.cast(to: real) : tensor
  }

  /// Adds what a node computes, under the names of its outputs.
  mutating func add(_ node: ONNXFile.Node) throws(NetworkError) {
    guard let rule = Self.rules[node.operation] else {
      throw .unsupported(
        node: node.name, operation: node.operation, interpretation: "import",
        hint: "'assay inspect --operators' lists those that can be read.")
    }
    guard batch != .added || Self.takesNoAxis(node.operation) else {
      throw unsupported(node, "In a graph about one vector its axes would be others.")
    }
    for input in node.inputs where !input.isEmpty && names[input] == nil {
      let isLater = file.nodes.contains { $0.outputs.contains(input) }
      throw .malformed(
        file: file.path,
        reason: "node '\(node.name)' needs '\(input)', "
          + (isLater ? "which comes later: the graph has a cycle." : "which nothing makes."))
    }
    try checkQuantized(node)
    let before = builder.nodes.count
    let folded = try fold(node, rule)
    let results = if let folded { folded } else { try rule(&self, node) }
    try charge(for: results, since: before, on: node)
    inheritWholeType(node)
    for (name, result) in zip(node.outputs, results) where !name.isEmpty {
      guard names.updateValue(result, forKey: name) == nil else {
        throw .malformed(file: file.path, reason: "the value '\(name)' is made twice.")
      }
    }
    for name in node.outputs.dropFirst(results.count) where uses[name, default: 0] > 0 {
      throw .unsupported(
        node: node.name, operation: node.operation, interpretation: "import",
        hint: "Its output '\(name)' is not computed here.")
    }
  }

  /// Takes what computing a node at import costs from what may be spent on all of them.
  ///
  /// - Throws: `NetworkError.mismatch` if it is not there: a few bytes of a file can ask for any
  ///   amount of work.
  private mutating func spend(_ work: GraphBuilder, on node: ONNXFile.Node) throws(NetworkError) {
    for step in work.nodes where !step.operation.isLeaf {
      let cost = step.operation.cost(
        of: step.operands.map { work.nodes[$0].type }, result: step.type)
      remainingElements -= step.type.count
      remainingFlops -= cost.flops
    }
    guard remainingElements >= 0, remainingFlops >= 0 else {
      throw mismatch(node, "computing the constants of this model takes too much memory or time")
    }
  }

  /// Takes the constants that a rule made from what may be computed on all nodes.
  private mutating func charge(
    for results: [Imported], since start: Int, on node: ONNXFile.Node
  ) throws(NetworkError) {
    for made in builder.nodes[start...] {
      if case .constant(let tensor) = made.operation { remainingElements -= tensor.count }
    }
    for result in results {
      if case .known(let tensor, nil) = result { remainingElements -= tensor.count }
    }
    guard remainingElements >= 0 else {
      throw mismatch(node, "computing the constants of this model takes too much memory or time")
    }
  }

  /// Computes a node whose operands are all known, by running its rule on a graph of its own.
  private mutating func fold(
    _ node: ONNXFile.Node, _ rule: Rule
  ) throws(NetworkError) -> [Imported]? {
    var parent: String?
    // A graph inside of the node may need values that are not known.
    var isFoldable = !node.inputs.isEmpty && !node.attributes.values.contains { $0.graph != nil }
    for input in node.inputs where !input.isEmpty {
      switch names[input] {
      case .known(_, let name)?: parent = parent ?? name
      // Shapes without the batch are numbers like any others, for rules that know no shapes.
      case .dimensions(let values, _)? where !values.contains(where: \.isPerExample): break
      default: isFoldable = false
      }
    }
    guard isFoldable else { return nil }
    var scratch = self
    scratch.builder = GraphBuilder()
    // Only the operands: a rule writes to the names, and a copy of all of them for each node would
    // take quadratic time.
    scratch.names = [:]
    for input in node.inputs { scratch.names[input] = names[input] }
    _ = scratch.builder.addInput(ValueType([.batch]))
    let results = try rule(&scratch, node)
    wholeTypes = scratch.wholeTypes
    try spend(scratch.builder, on: node)
    var folded: [Imported] = []
    for (result, output) in zip(results, node.outputs) {
      if case .value(let value) = result {
        let tensor = try scratch.builder.network(output: value).output(of: .zeros([1]))
        folded.append(.known(tensor, name: parent == nil ? nil : output))
      } else {
        folded.append(result)
      }
    }
    return folded
  }
}

extension Network {
  /// Reads a network from an ONNX file.
  ///
  /// Operator sets 7 to 24, weights in the file itself or in files of its folder; the file may be
  /// compressed by gzip. Several inputs become one row (see `inputParts`). If the file fixes the
  /// size of the batch, the graph is read with a free batch where each example goes its own way,
  /// and with the fixed one otherwise; a graph about one vector is read with a batch in front. A
  /// graph that mixes what lies along its first axis takes its whole input as one example.
  ///
  /// - `output`: the name of the output that counts; without it the first one of real numbers, so
  ///   that scores go before class numbers.
  /// - `exampleShapes`: the shape of one example by the name of the input, for axes beside the
  ///   batch that the file leaves open; for a model of one input the name does not matter.
  /// - Throws: `NetworkError.missingFile`, `.malformed`, `.unsupported` or `.mismatch`, naming the
  ///   node; `.openShape` if the shape of an example is needed.
  public init(
    onnx path: String, output: String? = nil, precision: ReadPrecision = .single,
    exampleShapes: [String: Shape] = [:]
  ) throws(NetworkError) {
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    self = try Network(
      onnxBytes: contents(ofModelFile: path), path: path, folder: folder, output: output,
      precision: precision, exampleShapes: exampleShapes)
  }

  /// The ONNX operators that can be read, in alphabetical order; those of other domains than the
  /// standard one have it in front.
  public static var readableOperators: [String] { ONNXImporter.rules.keys.sorted() }

  /// The precision of a network that is read from a file.
  public enum ReadPrecision: Sendable, Hashable {
    /// Single, whatever the file says.
    case single
    /// Double where the file's input or weights are, else single; numbers that a file casts to less
    /// than they were keep it.
    case stored
  }

  /// Reads a network from the bytes of an ONNX file; `path` is what messages call it.
  ///
  /// Tensors that the model keeps in other files are looked for in `folder`, and nowhere if it is
  /// nil.
  public init(
    onnxBytes bytes: Data, path: String, folder: String? = nil, output: String? = nil,
    precision: ReadPrecision = .single, exampleShapes: [String: Shape] = [:]
  ) throws(NetworkError) {
    let file = try ONNXFile(bytes: bytes, path: path, folder: folder)
    let output = try file.output(named: output)
    func read(_ batch: ONNXImporter.Batch) throws(NetworkError) -> Network {
      try ONNXImporter.network(
        from: file, output: output, batch: batch, precision: precision, exampleShapes: exampleShapes
      )
    }
    if file.isAboutOneVector, let network = try? read(.added),
      network.graph.outputType.isPerExample,
      network.keepsExamplesApart()
    {
      self = network
      return
    }
    do throws(NetworkError) {
      let network = try read(.first)
      guard network.graph.outputType.isPerExample else {
        throw .mismatch(
          node: "output", operation: "output", operands: [], reason: "it has no batch axis")
      }
      guard file.isBatchOpen || network.keepsExamplesApart() else {
        throw .mismatch(
          node: "output", operation: "output", operands: [],
          reason: "the model mixes the examples of a batch, whose size the file fixes")
      }
      self = network
    } catch {
      // Operands that do not fit may mean that the first axis is no batch.
      guard case .mismatch = error else { throw error }
      // As many at once as the file says, if as many scores come out; else one at a time.
      if !file.isBatchOpen, let network = try? read(.open),
        network.graph.outputType.shape.first == network.graph.inputType.shape.first
      {
        self = network
      } else if let network = try? read(.one) {
        self = network
      } else {
        throw error
      }
    }
  }

  /// Whether two examples evaluated together give what each gives alone.
  ///
  /// A graph that was exported for one size of batch may hold that size in ways that types do not
  /// show. One that is too large to try at import is taken to mix them.
  private func keepsExamplesApart() -> Bool {
    guard cost.flops < 1e12, peakActivationBytes < 1 << 31 else { return false }
    var generator = Generator(seed: 0)
    let pair = Tensor.uniform([2] + inputShape, in: -1...1, using: &generator)
    guard let joint = try? output(of: pair), let first = try? output(of: pair[0..<1]),
      let second = try? output(of: pair[1..<2]), joint.size(0) == 2 * first.size(0)
    else { return false }
    let apart = Tensor.concatenating([first, second])
    let limit = 1e-3 * max(1, apart.magnitude().max().item())
    return !((joint - apart).magnitude().max().item() > limit)
  }
}

extension ONNXFile {
  /// Whether the file leaves the size of an input's first axis open.
  fileprivate var isBatchOpen: Bool {
    freeInputs.contains { $0.shape?.first.map { $0 == nil } ?? false }
  }

  /// Whether the input is of double precision, or any weights are; single numbers do not count.
  fileprivate var computesInDoublePrecision: Bool {
    let input = freeInputs.first
    return input.flatMap { ONNXElementType(rawValue: $0.elementType) } == .float64
      || initializers.values.contains { $0.dtype == .float64 && $0.count > 1 }
  }

  /// Whether the only input is a vector of fixed size.
  fileprivate var isAboutOneVector: Bool {
    let inputs = freeInputs
    return inputs.count == 1 && inputs[0].shape?.count == 1 && !isBatchOpen
  }
}
