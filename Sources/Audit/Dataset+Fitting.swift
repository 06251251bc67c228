import Datasets
import Networks

extension Dataset {
  /// Gives the examples the shape that a network takes, if they have as many features.
  ///
  /// - Throws: `NetworkError.inputMismatch` if they have not.
  public func fitted(to network: Network) throws(NetworkError) -> Dataset {
    let shape = network.inputShape
    let isSameSize = featureShape.reduce(1, *) == shape.reduce(1, *)
    guard featureShape != shape, isSameSize else {
      try network.checkInput(inputs)
      return self
    }
    return replacingInputs(with: inputs.reshaped(to: [count] + shape))
  }
}
