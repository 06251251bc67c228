import Models
import Tensors

/// The certificate of a smoothed classifier at one input, up to a failure probability.
public struct SmoothingCertificate: Sendable, Hashable {
  /// The label that the smoothed classifier keeps in the ball; nil where it abstains.
  public let label: Int?
  /// The distance, in input units and Euclidean norm, within which the label stays; 0 where it
  /// abstains.
  public let radius: Double
  /// Lower bounds of the label's probability under noise, one for each classifier that was
  /// smoothed.
  public let probabilities: [Double]

  init(label: Int?, radius: Double, probabilities: [Double]) {
    (self.label, self.probabilities) = (label, probabilities)
    self.radius = label == nil ? 0 : radius
  }
}

extension Collection<SmoothingCertificate> {
  /// The certified accuracy: the share of certificates with the correct label at each radius, with
  /// Wilson's interval.
  ///
  /// - Shape: `labels` `[certificates]` of `int64`.
  /// - Precondition: there is a label for each certificate.
  public func certifiedAccuracy(atRadii radii: [Double], labels: Tensor) -> [Estimate] {
    precondition(labels.shape == [count], "labels of shape \(labels.shape)")
    let isRight = Tensor(map { $0.label ?? -1 }) .== labels
    let reach = Tensor(map(\.radius))
    return radii.map { radius in
      .proportion(Int((isRight .& (reach .>= radius)).sum().item()), of: count)
    }
  }
}
