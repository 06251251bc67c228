import Tensors

/// An input of a model's file, and where its elements lie in the network's rows.
///
/// A network has one input of real numbers, so that every interpretation has one box, one gradient
/// and one budget. A file of several inputs is read as a network of vectors: the flattened elements
/// of each input, one input behind the other in the file's order.
public struct InputPart: Sendable, Hashable {
  public let name: String
  /// The shape of one example.
  public let shape: Shape
  /// The place of its first element in a row.
  public let start: Int
  /// Whether the file takes integers or booleans here. The network rounds to them.
  public let isWhole: Bool

  public init(name: String, shape: Shape, start: Int = 0, isWhole: Bool = false) {
    (self.name, self.shape, self.start, self.isWhole) = (name, shape, start, isWhole)
  }

  public var count: Int { shape.reduce(1, *) }
  public var range: Range<Int> { start..<start + count }
}

extension Network {
  /// The inputs of the model's file, if there are several or one takes integers; else empty.
  public var inputParts: [InputPart] { graph.inputParts }

  /// Whether an input takes integers, such as tokens or bytes, which must not be scaled.
  public var takesWholeNumbers: Bool { inputParts.contains(where: \.isWhole) }

  /// Joins arrays of the file's inputs, each `[examples] + shape`, to the rows that the network
  /// takes.
  ///
  /// - Throws: `NetworkError.inputMismatch` if a shape or a number of examples differs,
  ///   `.inputRange` if integers are too large for single precision, and `.missingInput` if an
  ///   array is missing.
  public func joiningInputs(_ arrays: [String: Tensor]) throws(NetworkError) -> Tensor {
    var rows: [Tensor] = []
    for part in inputParts {
      guard let array = arrays[part.name] else {
        throw .missingInput(name: part.name, inputs: inputParts.map(\.name))
      }
      let count = rows.first?.size(0) ?? array.shape.first ?? 0
      // A column may come without its axis.
      let isColumn = part.shape == [1] && array.shape == [count]
      guard isColumn || array.shape == [count] + part.shape else {
        throw .inputMismatch(
          expected: "\([count] + part.shape) for '\(part.name)'", actual: array.shape)
      }
      guard
        array.dtype.isFloatingPoint || array.cast(to: .float64).magnitude().max().item() < 0x1p24
      else { throw .inputRange(name: part.name) }
      rows.append(array.cast(to: graph.inputType.dtype).reshaped(to: [count, part.count]))
    }
    let count = rows.first?.size(0) ?? 0
    return Tensor.concatenating(rows, axis: 1).reshaped(to: [count] + inputShape)
  }
}
