import Datasets
import Foundation
import Tensors

/// Images turned about their center and moved, each by an amount of its own.
///
/// Pixels are read at fractional places, linearly; beyond the edge the edge repeats, which is black
/// for digits.
package struct PlanarShift: Sendable, Hashable {
  /// The angles to draw from, in degrees; positive ones turn clockwise on a screen.
  package var degrees: ClosedRange<Double>
  /// The distances to draw from for each axis, in pixels; positive ones go right and down.
  package var pixels: ClosedRange<Double>

  /// - Parameters:
  ///   - degrees: the angles to draw from.
  ///   - pixels: the distances to draw from.
  package init(degrees: ClosedRange<Double> = 0...0, pixels: ClosedRange<Double> = 0...0) {
    (self.degrees, self.pixels) = (degrees, pixels)
  }

  /// Returns the data with moved images; labels stay.
  ///
  /// - Shape: inputs `[examples, channels, height, width]`, with sides of 2 or more.
  package func applied(to data: Dataset, using generator: inout Generator) -> Dataset {
    let shape = data.inputs.shape
    precondition(shape.count == 4 && min(shape[2], shape[3]) > 1, "\(shape) holds no images")
    let count = [shape[0], 1, 1]
    let angles =
      Tensor.uniform(count, in: degrees, dtype: .float64, using: &generator) * (Double.pi / 180)
    let right = Tensor.uniform(count, in: pixels, dtype: .float64, using: &generator)
    let down = Tensor.uniform(count, in: pixels, dtype: .float64, using: &generator)
    // Where a pixel of the result comes from: the inverse of the turn, of the inverse of the move.
    let (height, width) = (Double(shape[2] - 1), Double(shape[3] - 1))
    let y =
      Tensor.evenlySpaced(-height / 2...height / 2, count: shape[2], dtype: .float64)
      .reshaped(to: [1, shape[2], 1]) - down
    let x =
      Tensor.evenlySpaced(-width / 2...width / 2, count: shape[3], dtype: .float64)
      .reshaped(to: [1, 1, shape[3]]) - right
    let grid = Tensor.stacking(
      [
        (x * angles.cos() + y * angles.sin()) * (2 / width),
        (y * angles.cos() - x * angles.sin()) * (2 / height),
      ], axis: 3)
    return data.replacingInputs(with: data.inputs.sampled(at: grid.cast(to: .float32)))
  }
}
