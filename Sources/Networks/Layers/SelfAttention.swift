import Tensors

/// Attention of every position to every other, or to earlier ones and itself, with several heads.
///
/// - Shape: `[batch, positions, features]`, unchanged; `heads` divides `features`.
/// - Source: "Attention Is All You Need" (2017), section 3.2.
public struct SelfAttention: Layer {
  public let heads: Int
  /// Whether a position sees none that come after it.
  public let isCausal: Bool

  public init(heads: Int, isCausal: Bool = false) {
    precondition(heads > 0, "attention needs at least one head")
    (self.heads, self.isCausal) = (heads, isCausal)
  }

  public func append(
    to builder: inout GraphBuilder, input: Graph.ValueID, using generator: inout Generator
  ) throws(NetworkError) -> Graph.ValueID {
    let shape = builder.type(of: input).shape
    let features = shape.last?.size ?? 1
    let positions = shape.count > 1 ? shape[1].size : 1
    let width = features / heads
    func head(_ axes: [Int]) throws(NetworkError) -> Graph.ValueID {
      let projected = try Linear(features).append(to: &builder, input: input, using: &generator)
      let split = try builder.add(
        .reshape([.batch, Dimension(positions), Dimension(heads), Dimension(width)]), [projected])
      return try builder.add(.transpose(axes), [split])
    }
    let query = try head([0, 2, 1, 3])
    let key = try head([0, 2, 3, 1])
    let value = try head([0, 2, 1, 3])
    let scale = builder.addConstant(Tensor(scalar: 1 / Float(width).squareRoot()))
    var scores = try builder.add(
      .combine(.multiply), [builder.add(.matmul, [query, key]), scale])
    if isCausal {
      // Low enough that no weight is left after softmax, and finite, so that bounds are too.
      let future = Tensor.ones([positions, positions]).upperTriangle(offset: 1) * -1e9
      scores = try builder.add(.combine(.add), [scores, builder.addConstant(future)])
    }
    let weights = try builder.add(.softmax(axis: 3), [scores])
    let mixed = try builder.add(.matmul, [weights, value])
    let joined = try builder.add(
      .reshape([.batch, Dimension(positions), Dimension(features)]),
      [builder.add(.transpose([0, 2, 1, 3]), [mixed])])
    return try Linear(features).append(to: &builder, input: joined, using: &generator)
  }
}
