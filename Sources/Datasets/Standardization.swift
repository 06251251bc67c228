import Tensors

/// Shifts and scales inputs to mean 0 and standard deviation 1, as fitted on training data.
///
/// It is small and `Codable`, so that it can be kept beside the model that was trained behind it.
public struct Standardization: Sendable, Hashable, Codable {
  /// What shares one mean and one scale.
  public enum Granularity: String, Sendable, Hashable, Codable {
    /// Each feature has its own.
    case feature
    /// Each slice of the first feature axis has its own, as the colors of an image.
    case channel
  }

  public let granularity: Granularity
  /// The shape that `means` and `scales` broadcast from, over one example.
  public let shape: Shape
  public let means: [Float]
  /// Standard deviations; 1 where a feature never changes.
  public let scales: [Float]

  /// Measures `inputs`.
  ///
  /// - Shape: `[examples] + features`.
  public init(fitting inputs: Tensor, per granularity: Granularity) {
    precondition(inputs.rank >= 2 && inputs.count > 0, "cannot standardize shape \(inputs.shape)")
    let axes =
      switch granularity {
      case .feature: [0]
      case .channel: [0] + Array(2..<inputs.rank)
      }
    let values = inputs.cast(to: .float64)
    let means = values.mean(axes: axes, keepingAxes: true)
    let deviations = values.variance(axes: axes, keepingAxes: true).squareRoot()
    let scales = deviations.replacing(with: deviations.onesLike(), where: deviations .<= 1e-12)
    self.granularity = granularity
    shape = Array(means.shape.dropFirst())
    (self.means, self.scales) = (means.scalars, scales.scalars)
  }

  /// Standardizes inputs whose features have the shape of the fitted ones.
  public func apply(to inputs: Tensor) -> Tensor { (inputs - center) / spread }

  /// The inputs that `apply` made these of.
  public func undo(_ standardized: Tensor) -> Tensor { standardized * spread + center }

  private var center: Tensor { Tensor(means, shape: shape) }
  private var spread: Tensor { Tensor(scales, shape: shape) }
}
