import Tensors

/// A linear map of the last axis, with weights drawn as PyTorch draws them.
///
/// - Shape: `[..., in]` to `[..., features]`.
/// - Source: the initialization is that of "Delving Deep into ReLUs" (2015), section 2.2, with
///   the gain of a leaky ReLU of slope √5: uniform within ±1/√in for weights and biases.
public struct Linear: Layer {
  public let features: Int
  public let hasBias: Bool

  public init(_ features: Int, bias: Bool = true) {
    precondition(features > 0, "a linear layer needs at least one feature")
    (self.features, hasBias) = (features, bias)
  }

  public func append(
    to builder: inout GraphBuilder, input: Graph.ValueID, using generator: inout Generator
  ) throws(NetworkError) -> Graph.ValueID {
    let inputs = builder.type(of: input).shape.last?.size ?? 1
    return try builder.appendWeighted(
      .linear, to: input, weightShape: [features, inputs], fanIn: inputs,
      biasSize: hasBias ? features : nil, name: "linear", using: &generator)
  }
}

extension GraphBuilder {
  /// Appends an operation with a weight and perhaps a bias, both uniform within ±1/√fanIn.
  mutating func appendWeighted(
    _ operation: Operation, to input: Graph.ValueID, weightShape: Shape, fanIn: Int, biasSize: Int?,
    name: String, using generator: inout Generator
  ) throws(NetworkError) -> Graph.ValueID {
    let limit = 1 / Double(max(1, fanIn)).squareRoot()
    let place = "\(name)_\(nodes.count)"
    var operands = [input]
    operands.append(
      addParameter(
        .uniform(weightShape, in: -limit...limit, using: &generator), name: "\(place).weight"))
    if let biasSize {
      operands.append(
        addParameter(
          .uniform([biasSize], in: -limit...limit, using: &generator), name: "\(place).bias"))
    }
    return try add(operation, operands, name: place)
  }
}
