import Networks
import Tensors

/// Adds a learned vector to each position.
///
/// - Shape: `[batch, positions, features]`, unchanged.
struct PositionEmbedding: Layer {
  /// The standard deviation of the vectors before training.
  let deviation: Double

  func append(
    to builder: inout GraphBuilder, input: Graph.ValueID, using generator: inout Generator
  ) throws(NetworkError) -> Graph.ValueID {
    let shape = builder.type(of: input).shape.dropFirst().map(\.size)
    let vectors = Tensor.normal(shape, using: &generator) * deviation
    let parameter = builder.addParameter(vectors, name: "positions")
    return try builder.add(.combine(.add), [input, parameter])
  }
}

/// Makes a vector of each square of an image.
///
/// - Shape: `[batch, channels, height, width]` to `[batch, squares, features]`.
struct ImagePatches: Layer {
  let side: Int
  let features: Int

  func append(
    to builder: inout GraphBuilder, input: Graph.ValueID, using generator: inout Generator
  ) throws(NetworkError) -> Graph.ValueID {
    let maps = try Conv2d(features, kernel: side, stride: side)
      .append(to: &builder, input: input, using: &generator)
    let squares = builder.type(of: maps).shape.dropFirst(2).map(\.size).reduce(1, *)
    let rows = try builder.add(
      .reshape([.batch, Dimension(features), Dimension(squares)]), [maps])
    return try builder.add(.transpose([0, 2, 1]), [rows])
  }
}

/// The mean over positions.
///
/// - Shape: `[batch, positions, features]` to `[batch, features]`.
struct MeanOverPositions: Layer {
  func append(
    to builder: inout GraphBuilder, input: Graph.ValueID, using generator: inout Generator
  ) throws(NetworkError) -> Graph.ValueID {
    try builder.add(.reduce(.mean, axes: [1], keepingAxes: false), [input])
  }
}

/// Attention and a perceptron for each position, both after a normalization and around a shortcut.
///
/// - Shape: `[batch, positions, features]`, unchanged.
/// - Source: "Language Models are Unsupervised Multitask Learners" (2019), section 2.3.
struct TransformerBlock: Layer {
  let features: Int
  let heads: Int
  let isCausal: Bool

  func append(
    to builder: inout GraphBuilder, input: Graph.ValueID, using generator: inout Generator
  ) throws(NetworkError) -> Graph.ValueID {
    let chain = Chain {
      Residual {
        LayerNorm()
        SelfAttention(heads: heads, isCausal: isCausal)
      }
      Residual {
        LayerNorm()
        Linear(4 * features)
        GELU()
        Linear(features)
      }
    }
    return try chain.append(to: &builder, input: input, using: &generator)
  }
}
