extension Operator {
  fileprivate static let reshape = Operator("reshape")
  fileprivate static let permute = Operator("permute")
  fileprivate static let unfold = Operator("unfold")
  fileprivate static let transpose = Operator("transpose", "int")
  fileprivate static let expand = Operator("expand")
  fileprivate static let unsqueeze = Operator("unsqueeze")
  fileprivate static let squeeze = Operator("squeeze", "dims")
  fileprivate static let flip = Operator("flip")
  fileprivate static let roll = Operator("roll")
  fileprivate static let tile = Operator("repeat")
  fileprivate static let repeatInterleave = Operator("repeat_interleave", "self_int")
  fileprivate static let concatenate = Operator("cat")
  fileprivate static let stack = Operator("stack")
  fileprivate static let pad = Operator("pad")
  fileprivate static let splitWithSizes = Operator("split_with_sizes")
}

/// How values beyond an edge are made up.
public enum PaddingMode: Sendable, Hashable {
  case constant(Double)
  /// Mirrors without repeating the edge.
  case reflect
  /// Repeats the edge.
  case replicate
  /// Continues on the other side.
  case circular
}

extension Tensor {
  /// The same elements in another shape; one size may be -1 and follows from the others.
  public func reshaped(to shape: Shape) -> Tensor {
    Operator.reshape(.tensor(self), .integers(shape))
  }

  /// The same elements as a vector.
  public func flattened() -> Tensor { reshaped(to: [-1]) }

  /// The same elements as a matrix: the first axis, and all others in one.
  public func flattenedRows() -> Tensor {
    reshaped(to: [size(0), shape.dropFirst().reduce(1, *)])
  }

  /// The axes in another order: axis `i` of the result is axis `axes[i]` of this tensor.
  public func transposed(axes: [Int]) -> Tensor { Operator.permute(.tensor(self), .integers(axes)) }

  /// Exchanges two axes, the last two if none are named.
  public func transposed(_ first: Int = -2, _ second: Int = -1) -> Tensor {
    Operator.transpose(.tensor(self), .integer(first), .integer(second))
  }

  /// Stretches axes of size 1, and adds axes in front; -1 keeps a size.
  public func broadcast(to shape: Shape) -> Tensor {
    Operator.expand(.tensor(self), .integers(shape))
  }

  /// Adds an axis of size 1 at `axis`.
  public func expandedDimension(at axis: Int) -> Tensor {
    Operator.unsqueeze(.tensor(self), .integer(axis))
  }

  /// Removes the named axes, which have size 1.
  public func squeezed(axes: [Int]) -> Tensor { Operator.squeeze(.tensor(self), .integers(axes)) }

  public func reversed(axes: [Int]) -> Tensor { Operator.flip(.tensor(self), .integers(axes)) }

  /// Moves elements along `axis` by `offset` places; those that fall off return on the other side.
  public func rolled(by offset: Int, axis: Int) -> Tensor {
    Operator.roll(.tensor(self), .integers([offset]), .integers([axis]))
  }

  /// The stretches of `size` elements along `axis`, one every `stride`, as a view; a last axis is
  /// added for the elements of each.
  ///
  /// - Precondition: the axis is at least `size` long.
  public func windows(axis: Int, size: Int, stride: Int) -> Tensor {
    Operator.unfold(.tensor(self), .integer(axis), .integer(size), .integer(stride))
  }

  /// Repeats the whole tensor, as often along each axis as `counts` says.
  public func tiled(_ counts: [Int]) -> Tensor { Operator.tile(.tensor(self), .integers(counts)) }

  /// Repeats each element along `axis`, `count` times in a row.
  public func repeatingElements(_ count: Int, axis: Int) -> Tensor {
    Operator.repeatInterleave(.tensor(self), .integer(count), .integer(axis))
  }

  /// Adds values before and after each of the last axes; `amounts` has a pair for each, outermost
  /// first.
  ///
  /// - Precondition: modes other than `constant` pad at most as many axes as libtorch can (three).
  public func padded(_ amounts: [(before: Int, after: Int)], mode: PaddingMode = .constant(0))
    -> Tensor
  {
    var amounts = amounts
    if case .constant = mode {
    } else {
      // libtorch wants to see all axes but one or two.
      while amounts.count < rank - 2 { amounts.insert((0, 0), at: 0) }
    }
    let sizes = Argument.integers(amounts.reversed().flatMap { [$0.before, $0.after] })
    return switch mode {
    case .constant(let value): Operator.pad(.tensor(self), sizes, .text("constant"), .real(value))
    case .reflect: Operator.pad(.tensor(self), sizes, .text("reflect"))
    case .replicate: Operator.pad(.tensor(self), sizes, .text("replicate"))
    case .circular: Operator.pad(.tensor(self), sizes, .text("circular"))
    }
  }

  /// Splits `axis` into pieces of the given sizes, which add up to its size.
  public func split(sizes: [Int], axis: Int = 0) -> [Tensor] {
    Operator.splitWithSizes.all(
      [.tensor(self), .integers(sizes), .integer(axis)], capacity: sizes.count)
  }

  /// Joins tensors along an axis that they have.
  public static func concatenating(_ tensors: [Tensor], axis: Int = 0) -> Tensor {
    Operator.concatenate(.tensors(tensors), .integer(axis))
  }

  /// Joins tensors of one shape along a new axis.
  public static func stacking(_ tensors: [Tensor], axis: Int = 0) -> Tensor {
    Operator.stack(.tensors(tensors), .integer(axis))
  }
}
