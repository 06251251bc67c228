import Certification
import Models
import Tensors

/// A network that is -0.5 everywhere but in a tiny spike, where it reaches 0.5.
public struct PlantedViolation: Sendable {
  public let network: PiecewiseLinearNetwork
  public let lower: [Double]
  public let upper: [Double]
  /// Where the spike is.
  public let peak: [Float]

  /// - Parameter steepness: the spike is `1 / steepness` wide.
  public init(inputs: Int, steepness: Float, using generator: inout Generator) {
    let peak = (0..<inputs).map { _ in Float.random(in: -0.9...0.9, using: &generator) }
    self.peak = peak
    (lower, upper) = (peak.map { _ in -1 }, peak.map { _ in 1 })
    let identity = (0..<inputs).map { row in (0..<inputs).map { Float($0 == row ? 1 : 0) } }
    network = PiecewiseLinearNetwork(
      inputCount: inputs,
      steps: [
        .linear(0, weight: identity, bias: peak.map { -$0 }),
        .kink(1, below: -1, above: 1),
        .linear(2, weight: [peak.map { _ in -steepness }], bias: [1]),
        .kink(3, below: 0, above: 1),
        .linear(4, weight: [[1]], bias: [-0.5]),
      ])
  }

  /// The output is never positive; broken at the peak alone.
  public var property: VerificationProperty {
    VerificationProperty(cases: [
      .init(
        box: Box(lower: Tensor(lower), upper: Tensor(upper)),
        outputs: Tensor([-1.0], shape: [1, 1]), constants: Tensor([0.0]))
    ])
  }
}
