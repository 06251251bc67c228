import Methods
import Models
import Tensors

/// The mean gradient of a class's score along the straight line from a baseline to the input, times
/// the difference.
///
/// Maps add up to the difference of the score between input and baseline (completeness), up to the
/// error of the sum: gradients are taken at the middles of equal pieces.
///
/// - Complexity: `steps` gradient queries an example.
/// - Source: "Axiomatic Attribution for Deep Networks" (2017), sections 3 and 5.
public struct IntegratedGradients: Attribution, Hashable {
  public var steps: Int
  /// The value of every feature of the baseline.
  public var baseline: Double

  public init(steps: Int, baseline: Double = 0) {
    precondition(steps > 0 && baseline.isFinite, "steps are positive and the baseline is a number")
    (self.steps, self.baseline) = (steps, baseline)
  }

  public init() { self.init(steps: 50) }

  public static let description = MethodDescription<Self>(
    "integrated-gradients", "The mean gradient from a baseline to the input, times the difference.",
    family: "gradient", origin: .yardstick("Axiomatic Attribution for Deep Networks (2017)"),
    settings: [
      .integer("steps", \.steps, 1...100_000, "How many pieces the line is cut into."),
      .number(
        "baseline", \.baseline, .within(-1e6...1e6),
        "The value of every feature where the line begins."),
    ])

  public func maps(
    _ model: some GradientOracle, at inputs: Tensor, labels: Tensor,
    using generator: inout some RandomNumberGenerator
  ) throws -> Tensor {
    let difference = inputs - baseline
    var sum = inputs.zerosLike()
    for step in 0..<steps {
      try Task.checkCancellation()
      let share = (Double(step) + 0.5) / Double(steps)
      sum += try model.scoreGradient(at: difference * share + baseline, labels: labels)
    }
    return sum / steps * difference
  }
}
