import Networks
import Tensors

/// A BERT with an average at its end, as tensors from a file.
struct SentenceModel: Sendable {
  let width: Int
  /// The longest text, in pieces of words.
  let positions: Int
  private let heads: Int
  private let layers: Int
  private let tensors: [String: Tensor]

  /// - Throws: `LanguageModelError.malformed` if a tensor is missing or of another shape.
  init(_ file: SafeTensors, path: String) throws(LanguageModelError) {
    func shape(_ name: String, rank: Int) throws(LanguageModelError) -> Shape {
      guard let tensor = file.tensors[name], tensor.rank == rank else {
        throw .malformed(path: path, reason: "it has no '\(name)' of \(rank) axes")
      }
      return tensor.shape
    }
    let words = try shape("embeddings.word_embeddings.weight", rank: 2)
    width = words[1]
    // Every model of this family has heads of 32 features.
    heads = width / 32
    positions = try shape("embeddings.position_embeddings.weight", rank: 2)[0]
    var layers = 0
    while file.tensors["encoder.layer.\(layers).output.dense.weight"] != nil { layers += 1 }
    self.layers = layers
    tensors = file.tensors
    guard layers > 0, heads * 32 == width else {
      throw .malformed(path: path, reason: "it has \(layers) layers of width \(width)")
    }
    for layer in 0..<layers {
      for (name, rank) in Self.names {
        _ = try shape("encoder.layer.\(layer).\(name)", rank: rank)
      }
    }
  }

  private static let names: [(String, Int)] =
    [
      "attention.self.query", "attention.self.key", "attention.self.value",
      "attention.output.dense",
      "intermediate.dense", "output.dense",
    ].flatMap { [("\($0).weight", 2), ("\($0).bias", 1)] }
    + ["attention.output.LayerNorm", "output.LayerNorm"]
    .flatMap { [("\($0).weight", 1), ("\($0).bias", 1)] }

  /// The network for texts of `length` pieces: `[batch, length]` numbers, 0 where there is none, to
  /// `[batch, width]`.
  func network(length: Int, sharing other: Network?) throws(NetworkError) -> Network {
    var builder = Builder(model: self, length: length)
    let output = try builder.sentence()
    if let other { return builder.graph.network(output: output, sharing: other) }
    return builder.graph.network(output: output)
  }

  private struct Builder {
    let model: SentenceModel
    let length: Int
    var graph = GraphBuilder()

    mutating func sentence() throws(NetworkError) -> Graph.ValueID {
      let input = graph.addInput(ValueType([.batch, Dimension(length)], .int64), name: "tokens")
      let zero = graph.addConstant(Tensor([0], shape: [1]))
      let isToken = try graph.add(.combine(.greater), [input, zero])
      var value = try embedded(input)
      let mask = try graph.add(
        .reshape([.batch, 1, 1, Dimension(length)]), [isToken])
      for layer in 0..<model.layers {
        value = try attended(value, mask: mask, "encoder.layer.\(layer).")
      }
      return try average(value, isToken: isToken)
    }

    private mutating func embedded(_ input: Graph.ValueID) throws(NetworkError) -> Graph.ValueID {
      let words = parameter("embeddings.word_embeddings.weight")
      let positions = model.tensors["embeddings.position_embeddings.weight"]!
        .narrowed(axis: 0, from: 0, count: length)
      let types = model.tensors["embeddings.token_type_embeddings.weight"]!.selecting(0, axis: 0)
      // What depends on the position alone is one constant.
      let place = graph.addConstant(positions + types)
      let sum = try graph.add(
        .combine(.add), [graph.add(.gather(axis: 0), [words, input]), place])
      return try normalized(sum, "embeddings.LayerNorm")
    }

    private mutating func attended(
      _ input: Graph.ValueID, mask: Graph.ValueID, _ name: String
    ) throws(NetworkError) -> Graph.ValueID {
      let query = try heads(of: input, "\(name)attention.self.query", [0, 2, 1, 3])
      let key = try heads(of: input, "\(name)attention.self.key", [0, 2, 3, 1])
      let value = try heads(of: input, "\(name)attention.self.value", [0, 2, 1, 3])
      let scale = graph.addConstant(Tensor(scalar: 1 / Float(32).squareRoot()))
      let scores = try graph.add(
        .combine(.multiply), [graph.add(.matmul, [query, key]), scale])
      let never = graph.addConstant(Tensor(scalar: -Float.greatestFiniteMagnitude))
      let weights = try graph.add(
        .softmax(axis: 3), [graph.add(.choose, [mask, scores, never])])
      let mixed = try graph.add(
        .transpose([0, 2, 1, 3]), [graph.add(.matmul, [weights, value])])
      let joined = try graph.add(
        .reshape([.batch, Dimension(length), Dimension(model.width)]), [mixed])
      let attention = try normalized(
        added(linear(joined, "\(name)attention.output.dense"), input),
        "\(name)attention.output.LayerNorm")
      let inner = try graph.add(
        .map(.gelu(approximate: false)), [linear(attention, "\(name)intermediate.dense")])
      return try normalized(
        added(linear(inner, "\(name)output.dense"), attention), "\(name)output.LayerNorm")
    }

    private mutating func heads(
      of input: Graph.ValueID, _ name: String, _ axes: [Int]
    ) throws(NetworkError) -> Graph.ValueID {
      let split = try graph.add(
        .reshape([.batch, Dimension(length), Dimension(model.heads), 32]), [linear(input, name)])
      return try graph.add(.transpose(axes), [split])
    }

    /// The average over the tokens, without the padding, scaled to length 1.
    private mutating func average(
      _ value: Graph.ValueID, isToken: Graph.ValueID
    ) throws(NetworkError) -> Graph.ValueID {
      let weight = try graph.add(
        .reshape([.batch, Dimension(length), 1]), [graph.add(.cast(.float32), [isToken])])
      // Scaling to length 1 makes the division by the number of tokens needless.
      let sum = try graph.add(
        .reduce(.sum, axes: [1], keepingAxes: false),
        [graph.add(.combine(.multiply), [value, weight])])
      let norm = try graph.add(.reduce(.euclideanNorm, axes: [1], keepingAxes: true), [sum])
      return try graph.add(.combine(.divide), [sum, norm])
    }

    private mutating func parameter(_ name: String) -> Graph.ValueID {
      graph.addParameter(model.tensors[name]!, name: name)
    }

    private mutating func linear(
      _ input: Graph.ValueID, _ name: String
    ) throws(NetworkError) -> Graph.ValueID {
      try graph.add(.linear, [input, parameter("\(name).weight"), parameter("\(name).bias")])
    }

    private mutating func added(
      _ x: Graph.ValueID, _ y: Graph.ValueID
    ) throws(NetworkError) -> Graph.ValueID {
      try graph.add(.combine(.add), [x, y])
    }

    private mutating func normalized(
      _ input: Graph.ValueID, _ name: String
    ) throws(NetworkError) -> Graph.ValueID {
      try graph.add(
        .layerNormalization(axes: 1, epsilon: 1e-12),
        [input, parameter("\(name).weight"), parameter("\(name).bias")])
    }
  }
}
