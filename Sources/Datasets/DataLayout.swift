import Tensors

/// In which order the axes of one image lie in memory.
public enum DataLayout: String, Sendable, Hashable, CaseIterable {
  /// `[channels, height, width]`, as PyTorch has them.
  case nchw
  /// `[height, width, channels]`, as TensorFlow has them.
  case nhwc

  /// The layout with the channels at the other end.
  public var other: DataLayout { self == .nchw ? .nhwc : .nchw }

  /// The shape of an image of this layout, once its channels are moved to where the other one has
  /// them.
  public func moved(_ shape: Shape) -> Shape {
    precondition(shape.count == 3, "an image has three axes, not \(shape)")
    return self == .nchw ? [shape[1], shape[2], shape[0]] : [shape[2], shape[0], shape[1]]
  }

  /// Images of this layout, once their channels are moved to where the other one has them.
  ///
  /// - Shape: `[batch] + image` to `[batch] + moved(image)`.
  public func moved(_ images: Tensor) -> Tensor {
    images.transposed(axes: self == .nchw ? [0, 2, 3, 1] : [0, 3, 1, 2]).contiguous()
  }

  /// The layout of an image of this shape, told by its one or three channels and sides of at least
  /// four pixels; channels first where both would do, and nil where none does.
  public static func ofImage(_ shape: Shape) -> DataLayout? {
    guard shape.count == 3 else { return nil }
    func isImage(channels: Int, _ sides: [Int]) -> Bool {
      [1, 3].contains(channels) && sides.allSatisfy { $0 >= 4 }
    }
    if isImage(channels: shape[0], [shape[1], shape[2]]) { return .nchw }
    return isImage(channels: shape[2], [shape[0], shape[1]]) ? .nhwc : nil
  }
}
