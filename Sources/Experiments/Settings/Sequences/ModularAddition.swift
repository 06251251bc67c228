import Tensors

/// All sums `a + b` modulo a number, of which a share is for training.
///
/// - Source: "Grokking: Generalization Beyond Overfitting on Small Algorithmic Datasets" (2022),
///   section 2.
package struct ModularAddition: Sendable {
  /// What sums are taken modulo.
  package let modulus: Int
  /// Sums to learn from.
  package let training: TokenTask
  /// All other sums.
  package let test: TokenTask

  /// Deals all `modulus²` sums into two parts.
  ///
  /// A sequence is `a`, `b` and the sign of equality, which is the symbol `modulus`; the target is at
  /// its place.
  ///
  /// - Precondition: `modulus` is 2 or more, and both parts get a sum.
  package init(
    modulus: Int = 31, trainingShare: Double = 0.5, using generator: inout Generator
  ) {
    let count = modulus * modulus
    let learned = Int((Double(count) * trainingShare).rounded())
    precondition(
      modulus > 1 && (1..<count).contains(learned), "\(learned) of \(count) sums to learn")
    self.modulus = modulus
    let order = Tensor.permutation(count, using: &generator)
    let all = Self.sums(modulus)
    training = all.batch(order[0..<learned])
    test = all.batch(order[learned..<count])
  }

  private static func sums(_ modulus: Int) -> TokenTask {
    let count = modulus * modulus
    let numbers = Tensor.range(0..<modulus)
    let (first, second) = (numbers.repeatingElements(modulus, axis: 0), numbers.tiled([modulus]))
    let none = Tensor.zeros([count], dtype: .int64)
    let sum = (first + second).remainder(dividingBy: Tensor(scalar: modulus))
    return TokenTask(
      tokens: .stacking([first, second, none + modulus], axis: 1),
      targets: .stacking([none, none, sum], axis: 1),
      isScored: .stacking([none, none, none + 1], axis: 1).cast(to: .bool), symbols: modulus + 1)
  }
}
