import Tensors

extension Dataset {
  /// Returns the data with the labels of some examples changed, each to any of the other classes
  /// alike.
  ///
  /// - Parameter share: the chance that a label is changed.
  /// - Throws: `DataError.noLabels`.
  /// - Precondition: `share` lies in `0...1`, and there are two classes or more.
  public func flippingLabels(
    share: Double, using generator: inout some RandomNumberGenerator
  ) throws(DataError) -> Dataset {
    let labels = Tensor(try requiredLabels())
    precondition(0...1 ~= share && classCount > 1, "a share of \(share), \(classCount) classes")
    let moves = Tensor.randomIntegers([count], in: 1..<classCount, using: &generator)
    let isFlipped = Tensor.full(share, [count]).bernoulli(using: &generator).cast(to: .bool)
    let flipped = (labels + moves).remainder(dividingBy: Tensor(scalar: classCount))
    let noisy = Tensor.choosing(flipped, where: isFlipped, otherwise: labels)
    return Dataset(like: self, inputs: inputs, labels: noisy.integers)
  }
}
