import Networks
import Tensors

/// What is added to a loss and depends on a network's parameters alone.
public protocol ParameterPenalty: Sendable {
  /// Returns one number, through which gradients flow to the parameters of `network`.
  ///
  /// - Throws: `NetworkError` if there is something in the network that the penalty cannot take.
  func callAsFunction(_ network: Network) throws -> Tensor
}
