import Tensors

/// Attention and what goes with it in transformers.
extension ONNXImporter {
  static let attentionRules: [String: Rule] = [
    "Attention": attention, "RMSNormalization": rootMeanSquareNormalization,
    "RotaryEmbedding": rotaryEmbedding,
  ]

  /// What is added to a score that does not count: its weight becomes zero, and no bound infinite.
  private static let masked = -Double(Float.greatestFiniteMagnitude)

  private static let attention: Rule = { importer, node throws(NetworkError) in
    guard !importer.has(node, 4), !importer.has(node, 5), !importer.has(node, 6) else {
      throw importer.unsupported(node, "It continues a sequence whose keys it is given.")
    }
    let isFlat = try importer.shape(node, 0).count == 3
    let query = try importer.heads(node, 0, count: node.integer("q_num_heads", 0))
    let queryShape = importer.builder.type(of: query).shape
    let key = try importer.repeated(
      importer.heads(node, 1, count: node.integer("kv_num_heads", 0)), to: queryShape[1], node)
    let value = try importer.repeated(
      importer.heads(node, 2, count: node.integer("kv_num_heads", 0)), to: queryShape[1], node)
    let width = Double(queryShape[3].size)
    let factor = importer.number(node.attributes["scale"]?.real ?? 1 / width.squareRoot())
    let turned = try importer.builder.add(.transpose([0, 1, 3, 2]), [key])
    var scores = try importer.builder.add(
      .combine(.multiply), [importer.builder.add(.matmul, [query, turned]), factor])
    let softcap = node.real("softcap", 0)
    let isCausal = node.integer("is_causal", 0) != 0
    if softcap > 0 {
      guard !isCausal, !importer.has(node, 3) else {
        throw importer.unsupported(
          node, "It caps and masks scores, in an order in which versions differ.")
      }
      let inner = try importer.builder.add(.combine(.divide), [scores, importer.number(softcap)])
      scores = try importer.builder.add(
        .combine(.multiply),
        [importer.builder.add(.map(.tanh), [inner]), importer.number(softcap)])
    }
    let weights = try importer.weights(of: scores, node, isCausal: isCausal)
    let result = try importer.builder.add(.matmul, [weights, value], name: node.name)
    guard isFlat else { return [.value(result)] }
    let shape = importer.builder.type(of: result).shape
    let rows = try importer.builder.add(.transpose([0, 2, 1, 3]), [result])
    return [
      .value(
        try importer.builder.add(
          .reshape([shape[0], shape[2], Dimension(shape[1].size * shape[3].size)]), [rows]))
    ]
  }

  /// An operand as `[batch, heads, length, features]`; of three axes, the last one holds all heads.
  private mutating func heads(
    _ node: ONNXFile.Node, _ index: Int, count: Int
  ) throws(NetworkError) -> Graph.ValueID {
    let value = try operand(node, index)
    let shape = builder.type(of: value).shape
    if shape.count == 4 { return value }
    guard shape.count == 3, count > 0, shape[2].size > 0, shape[2].size % count == 0 else {
      throw mismatch(node, "operand \(index) does not divide into \(count) heads")
    }
    let split = try builder.add(
      .reshape([shape[0], shape[1], Dimension(count), Dimension(shape[2].size / count)]), [value])
    return try builder.add(.transpose([0, 2, 1, 3]), [split])
  }

  /// Keys or values with each head as often as queries share it.
  private mutating func repeated(
    _ value: Graph.ValueID, to heads: Dimension, _ node: ONNXFile.Node
  ) throws(NetworkError) -> Graph.ValueID {
    let shape = builder.type(of: value).shape
    if shape[1] == heads { return value }
    guard shape.count == 4, shape[1].size > 0, heads.size % shape[1].size == 0 else {
      throw mismatch(node, "\(heads) heads of queries cannot share \(shape[1]) of keys")
    }
    let groups = Dimension(heads.size / shape[1].size)
    let apart = try builder.add(.reshape([shape[0], shape[1], 1, shape[2], shape[3]]), [value])
    let copies = try builder.add(
      .broadcast([shape[0], shape[1], groups, shape[2], shape[3]]), [apart])
    return try builder.add(.reshape([shape[0], heads, shape[2], shape[3]]), [copies])
  }

  /// The softmax of the scores that a mask and the order of positions allow; zeros for a query that
  /// may look at nothing.
  private mutating func weights(
    of scores: Graph.ValueID, _ node: ONNXFile.Node, isCausal: Bool
  ) throws(NetworkError) -> Graph.ValueID {
    var scores = scores
    var allowed: [Graph.ValueID] = []
    var known = self.known(node, 3)
    if has(node, 3) {
      var mask = try operand(node, 3)
      if builder.type(of: mask).dtype.isFloatingPoint {
        let finite = try builder.add(.map(.clip(lower: Self.masked, upper: nil)), [mask])
        scores = try builder.add(.combine(.add), [scores, finite])
        mask = try builder.add(.combine(.greater), [mask, number(-.infinity)])
        known = known.map { $0 .> -Double.infinity }
      }
      allowed.append(mask)
    }
    if isCausal {
      let shape = builder.type(of: scores).shape.suffix(2).map(\.size)
      let rows = Tensor.range(0..<shape[0]).reshaped(to: [shape[0], 1])
      let order = Tensor.range(0..<shape[1]) .<= rows
      allowed.append(builder.addConstant(order))
      known = known.map { $0 .& order }
    }
    guard var both = allowed.first else { return try builder.add(.softmax(axis: 3), [scores]) }
    if allowed.count > 1 { both = try builder.add(.combine(.and), allowed) }
    scores = try builder.add(.choose, [both, scores, number(Self.masked)])
    let weights = try builder.add(.softmax(axis: 3), [scores])
    // The first position is allowed in any order, and what is known need not be asked at run time.
    let isSettled = known.map {
      $0.cast(to: .float32).max(axes: [$0.rank - 1]).min().item() == 1
    }
    guard has(node, 3), isSettled != true else { return weights }
    let marks = try builder.add(.cast(real), [both])
    let axis = builder.type(of: marks).shape.count - 1
    let any = try builder.add(.reduce(.max, axes: [axis], keepingAxes: true), [marks])
    return try builder.add(.combine(.multiply), [weights, any])
  }

  private static let rootMeanSquareNormalization: Rule = { importer, node throws(NetworkError) in
    let x = try importer.operand(node, 0)
    let rank = importer.builder.type(of: x).shape.count
    let axis = try importer.axis(node.integer("axis", -1), rank: rank, node)
    let square = try importer.builder.add(.map(.square), [x])
    let mean = try importer.builder.add(
      .reduce(.mean, axes: Array(axis..<rank), keepingAxes: true), [square])
    let shifted = try importer.builder.add(
      .combine(.add), [mean, importer.number(node.real("epsilon", 1e-5))])
    let size = try importer.builder.add(.map(.squareRoot), [shifted])
    let normal = try importer.builder.add(.combine(.divide), [x, size])
    return [
      .value(try importer.add(.combine(.multiply), [normal, importer.operand(node, 1)], node))
    ]
  }

  /// Pairs of features turned by angles that grow with the position.
  private static let rotaryEmbedding: Rule = { importer, node throws(NetworkError) in
    var x = try importer.operand(node, 0)
    let isFlat = importer.builder.type(of: x).shape.count == 3
    if isFlat { x = try importer.heads(node, 0, count: node.integer("num_heads", 0)) }
    let shape = importer.builder.type(of: x).shape
    guard shape.count == 4 else { throw importer.mismatch(node, "it has not four axes") }
    let given = node.integer("rotary_embedding_dim", 0)
    let width = given == 0 ? shape[3].size : given
    guard width % 2 == 0, 2...shape[3].size ~= width else {
      throw importer.mismatch(node, "it turns \(width) of \(shape[3]) features")
    }
    func part(_ value: Graph.ValueID, _ start: Int, _ end: Int, _ step: Int) throws(NetworkError)
      -> Graph.ValueID
    {
      try importer.builder.add(.slice(axis: 3, start: start, end: end, step: step), [value])
    }
    // Angles as [batch or 1, 1, length, width / 2].
    func angles(_ index: Int) throws(NetworkError) -> Graph.ValueID {
      var cache = try importer.operand(node, index)
      if importer.has(node, 3) {
        cache = try importer.builder.add(.gather(axis: 0), [cache, importer.operand(node, 3)])
      }
      let type = importer.builder.type(of: cache).shape
      guard type.count == 3 else { throw importer.mismatch(node, "its angles have not three axes") }
      return try importer.builder.add(.reshape([type[0], 1, type[1], type[2]]), [cache])
    }
    let (cosine, sine) = (try angles(1), try angles(2))
    let isInterleaved = node.integer("interleaved", 0) != 0
    let first = try part(x, 0, isInterleaved ? width : width / 2, isInterleaved ? 2 : 1)
    let second = try part(
      x, isInterleaved ? 1 : width / 2, width, isInterleaved ? 2 : 1)
    func sum(
      _ function: BinaryFunction, _ x: Graph.ValueID, _ y: Graph.ValueID
    ) throws(NetworkError) -> Graph.ValueID {
      try importer.builder.add(
        .combine(function),
        [
          importer.builder.add(.combine(.multiply), [first, x]),
          importer.builder.add(.combine(.multiply), [second, y]),
        ])
    }
    let turned = [try sum(.subtract, cosine, sine), try sum(.add, sine, cosine)]
    var pieces: [Graph.ValueID]
    if isInterleaved {
      let half = [shape[0], shape[1], shape[2], Dimension(width / 2), 1]
      var columns: [Graph.ValueID] = []
      for value in turned { columns.append(try importer.builder.add(.reshape(half), [value])) }
      let pairs = try importer.builder.add(.concatenate(axis: 4), columns)
      pieces = [
        try importer.builder.add(
          .reshape([shape[0], shape[1], shape[2], Dimension(width)]), [pairs])
      ]
    } else {
      pieces = turned
    }
    if width < shape[3].size { pieces.append(try part(x, width, shape[3].size, 1)) }
    var result =
      pieces.count == 1
      ? pieces[0] : try importer.builder.add(.concatenate(axis: 3), pieces)
    if isFlat {
      let rows = try importer.builder.add(.transpose([0, 2, 1, 3]), [result])
      result = try importer.builder.add(
        .reshape([shape[0], shape[2], Dimension(shape[1].size * shape[3].size)]), [rows])
    }
    return [.value(result)]
  }
}
