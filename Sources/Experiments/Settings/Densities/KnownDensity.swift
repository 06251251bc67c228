import Tensors

/// A distribution that can be drawn from, and whose density and score are known.
///
/// - Shape: points `[count, dimension]` of `float64`.
package protocol KnownDensity: Sendable {
  /// Draws points.
  func draw(_ count: Int, using generator: inout Generator) -> Tensor
  /// The logarithm of the density at each point, `[count]`.
  func logDensity(at points: Tensor) -> Tensor
  /// The slope of the log density at each point, `[count, dimension]`.
  func score(at points: Tensor) -> Tensor
}
