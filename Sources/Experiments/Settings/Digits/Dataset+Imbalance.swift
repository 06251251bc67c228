import Datasets
import Foundation
import Tensors

extension Dataset {
  /// Returns fewer examples of higher labels: class `k` of `c` keeps `n · ratio^(-k / (c - 1))` of
  /// them, rounded, where `n` is the size of the smallest class.
  ///
  /// - Parameter ratio: how many times as large class 0 is as the last one.
  /// - Throws: `DataError.noLabels`, and `DataError.noExamples` if a class has no examples.
  /// - Precondition: `ratio` is 1 or more, and there are two classes or more.
  package func imbalanced(
    ratio: Double, using generator: inout some RandomNumberGenerator
  ) throws(DataError) -> Dataset {
    precondition(ratio >= 1 && classCount > 1, "a ratio of \(ratio), \(classCount) classes")
    let classes = try indicesByClass()
    guard let smallest = classes.map(\.count).min(), smallest > 0 else {
      throw .noExamples(path: name)
    }
    var kept: [Int] = []
    for (label, indices) in classes.enumerated() {
      let share = pow(ratio, -Double(label) / Double(classes.count - 1))
      kept += indices.shuffled(using: &generator).prefix(Int((Double(smallest) * share).rounded()))
    }
    return subset(kept.shuffled(using: &generator))
  }
}
