extension Operator {
  fileprivate static let nearest1d = Operator("upsample_nearest1d", "vec")
  fileprivate static let nearest2d = Operator("upsample_nearest2d", "vec")
  fileprivate static let linear1d = Operator("upsample_linear1d", "vec")
  fileprivate static let bilinear2d = Operator("upsample_bilinear2d", "vec")
  fileprivate static let bicubic2d = Operator("upsample_bicubic2d", "vec")
  fileprivate static let gridSample = Operator("grid_sampler")
}

/// How values between grid points are made.
public enum InterpolationMode: Sendable, Hashable {
  case nearest
  case linear
  /// Images only.
  case cubic
}

extension Tensor {
  /// Changes the spatial sizes.
  ///
  /// - Shape: `[batch, channels] + spatial`, with one or two spatial axes.
  /// - `alignsCorners`: whether the corner points of both grids, rather than the corners of
  ///   their cells, coincide; without meaning for `nearest`.
  public func resized(
    to sizes: [Int], mode: InterpolationMode, alignsCorners: Bool = false
  ) -> Tensor {
    let (target, aligned) = (Argument.integers(sizes), Argument.boolean(alignsCorners))
    return switch (mode, sizes.count) {
    case (.nearest, 1): Operator.nearest1d(.tensor(self), target, nil)
    case (.nearest, 2): Operator.nearest2d(.tensor(self), target, nil)
    case (.linear, 1): Operator.linear1d(.tensor(self), target, aligned, nil)
    case (.linear, 2): Operator.bilinear2d(.tensor(self), target, aligned, nil)
    case (.cubic, 2): Operator.bicubic2d(.tensor(self), target, aligned, nil)
    default: preconditionFailure("\(mode) interpolation does not know \(sizes.count) spatial axes")
    }
  }

  /// Reads an image at fractional places, linearly; beyond the edge it repeats the edge.
  ///
  /// - Shape: `self` `[batch, channels, height, width]`, `grid` `[batch, newHeight, newWidth, 2]`.
  /// - Units: `grid` holds x, then y, from -1 at the first pixel's center to 1 at the last one's.
  public func sampled(at grid: Tensor) -> Tensor {
    Operator.gridSample(.tensor(self), .tensor(grid), 0, 1, true)
  }
}
