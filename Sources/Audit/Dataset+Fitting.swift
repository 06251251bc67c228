import Datasets
import Networks
import Tensors

/// Data in the shape that a network takes, and what was done to get them there.
public struct FittedDataset: Sendable {
  public let data: Dataset
  /// What the user should know; nil if the data had the network's shape.
  public let note: String?
}

extension Dataset {
  /// Gives the examples the shape that a network takes, where there is only one way to do so, and counts
  /// their classes as the network does, where its file names them.
  ///
  /// Axes of size 1 come and go freely, and examples of several axes are flattened for a network
  /// that takes vectors, as are vectors read as images of one channel. Nothing else is guessed: the
  /// order of axes is asked for, because reinterpreted memory is other data.
  ///
  /// - `layout`: how the examples lie in the file. They are transposed if the network takes the
  ///   other one.
  /// - Throws: `AuditError.unknownLayout` if a layout would say how to read the data, and
  ///   `NetworkError.inputMismatch` if none would.
  public func fitted(to network: Network, layout: DataLayout? = nil) throws -> FittedDataset {
    let shaped = try shaped(like: network, layout: layout)
    let named = try shaped.data.countingClasses(like: network)
    let notes = [shaped.note, named.note].compactMap { $0 }
    return FittedDataset(
      data: named.data, note: notes.isEmpty ? nil : notes.joined(separator: " "))
  }

  private func shaped(like network: Network, layout: DataLayout?) throws -> FittedDataset {
    let shape = network.inputShape
    if featureShape == shape { return FittedDataset(data: self, note: nil) }
    if let layout, let fitted = transposed(from: layout, to: shape) { return fitted }
    let (own, wanted) = (featureShape.withoutOnes, shape.withoutOnes)
    guard own.reduce(1, *) == wanted.reduce(1, *) else {
      throw NetworkError.inputMismatch(
        expected: "\([Dimension.batch] + network.graph.inputType.shape.dropFirst())",
        actual: inputs.shape)
    }
    guard own == wanted || wanted.count == 1 || isOneImage(shape) else {
      throw AuditError.unknownLayout(
        data: featureShape, network: shape, proposal: proposal(for: shape))
    }
    return FittedDataset(
      data: replacingInputs(with: inputs.reshaped(to: [count] + shape)),
      note: "Examples of shape \(featureShape) were read as \(shape).")
  }

  /// Whether the examples are vectors that can be no other image than one of a single channel.
  private func isOneImage(_ shape: Shape) -> Bool {
    featureShape.withoutOnes.count == 1 && shape.withoutOnes.count <= 2
      && DataLayout.ofImage(shape) != nil
  }

  /// The examples with their channels at the other end, if that is the network's shape.
  private func transposed(from layout: DataLayout, to shape: Shape) -> FittedDataset? {
    if featureShape.count == 3, layout.moved(featureShape) == shape {
      return FittedDataset(
        data: replacingInputs(with: layout.moved(inputs)),
        note: "Examples of shape \(featureShape) were transposed to \(shape).")
    }
    guard featureShape.count == 1, shape.count == 3, featureShape[0] == shape.reduce(1, *),
      let own = DataLayout.ofImage(shape)
    else { return nil }
    let source = own == layout ? shape : own.moved(shape)
    let images = inputs.reshaped(to: [count] + source)
    return FittedDataset(
      data: replacingInputs(with: own == layout ? images : layout.moved(images)),
      note: "Examples of shape \(featureShape) were read as \(source)"
        + (own == layout ? "." : " and transposed to \(shape)."))
  }

  /// The layout that would make these examples fit, if one would.
  private func proposal(for shape: Shape) -> DataLayout? {
    guard shape.count == 3 else { return nil }
    if featureShape.count == 3 {
      return DataLayout.allCases.first { $0.moved(featureShape) == shape }
    }
    return featureShape.count == 1 ? DataLayout.ofImage(shape) : nil
  }
}

extension [Int] {
  /// The sizes that are not 1, which are all that memory shows.
  fileprivate var withoutOnes: [Int] { filter { $0 != 1 } }
}
