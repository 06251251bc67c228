import Methods
import Tensors

/// Takes inputs for out-of-distribution where their free energy `−T · log Σ exp(score / T)` is high.
///
/// - Source: "Energy-based Out-of-distribution Detection" (2020), section 3.1.
public struct EnergyDetector: ScoreDetector, Hashable {
  /// What scores are divided by; the paper uses 1.
  public var temperature: Double

  /// - Precondition: `temperature` is positive.
  public init(temperature: Double) {
    precondition(temperature > 0, "a temperature is positive, not \(temperature)")
    self.temperature = temperature
  }

  public init() { self.init(temperature: 1) }

  public static let description = MethodDescription<Self>(
    "energy", "The free energy of the scores.", family: "scores",
    origin: .yardstick("Energy-based Out-of-distribution Detection (2020)"),
    settings: [
      .number("temperature", \.temperature, .above(0), "What scores are divided by.")
    ])

  public func anomalyScores(ofLogits logits: Tensor) -> Tensor {
    (logits / temperature).logSumExp(axes: [1]) * -temperature
  }

  /// The energy of probabilities is zero at a temperature of 1, whatever the input.
  public func objection(toLogits logits: Tensor) -> String? {
    guard temperature == 1, logits.logSumExp(axes: [1]).magnitude().max().item() <= 1e-3 else {
      return nil
    }
    return "The model gives probabilities, whose energy is the same for all inputs. Use "
      + "'--method maximum-softmax'."
  }
}
