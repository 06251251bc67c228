import Models
import Networks
import Tensors

/// A network whose steps pass gradients on as if they were not there.
///
/// Rounding and signs have no gradient almost everywhere, so that an attack along gradients stands
/// still although the model is not robust. Here the scores are the network's own, and the gradients
/// are those of a twin in which roundings are the identity and a sign is a line between -1 and 1.
///
/// - Source: "Obfuscated Gradients Give a False Sense of Security: Circumventing Defenses to
///   Adversarial Examples" (2018), section 4.1.1.
public struct StraightThrough: GradientOracle {
  private let network: Network
  private let twin: Network

  /// - Returns: nil if the network has no steps.
  public init?(_ network: Network) {
    let steps = network.graph.nodes.contains { $0.operation.isStep }
    guard steps,
      let twin = try? network.rewritten(by: { builder, node, operands in
        switch node.operation {
        case .map(.floor), .map(.ceiling), .map(.round): operands[0]
        case .map(.sign): try builder.add(.map(.clip(lower: -1, upper: 1)), operands)
        default: nil
        }
      })
    else { return nil }
    (self.network, self.twin) = (network, twin)
  }

  public func logits(of inputs: Tensor) throws -> Tensor { try network.logits(of: inputs) }

  public func logitsAndGradient(
    at inputs: Tensor, of objective: (Tensor) throws -> Tensor
  ) throws -> (logits: Tensor, gradient: Tensor) {
    let gradient = try twin.logitsAndGradient(at: inputs, of: objective).gradient
    return (try network.logits(of: inputs), gradient)
  }
}

extension Operation {
  /// Whether the operation is constant between jumps.
  fileprivate var isStep: Bool {
    switch self {
    case .map(.floor), .map(.ceiling), .map(.round), .map(.sign): true
    default: false
    }
  }
}
