import Datasets

extension Dataset {
  /// The same inputs with other labels.
  ///
  /// - Parameter classNames: what the new classes are called; the old names if left out.
  /// - Throws: `DataError` if there are not as many labels as inputs, or one has no name.
  package func relabeled(
    _ labels: [Int], classNames: [String]? = nil
  ) throws(DataError) -> Dataset {
    try Dataset(
      name: name, inputs: inputs, labels: labels, classNames: classNames ?? self.classNames)
  }

  /// The same inputs with two classes: 1 where the label is one of `positive`, 0 elsewhere.
  ///
  /// - Throws: `DataError.noLabels`.
  package func binary(positive: some Sequence<Int>) throws(DataError) -> Dataset {
    let positive = Set(positive)
    return try relabeled(
      requiredLabels().map { positive.contains($0) ? 1 : 0 }, classNames: ["other", "positive"])
  }

  /// The indices of the examples of each class, in order.
  ///
  /// - Throws: `DataError.noLabels`.
  package func indicesByClass() throws(DataError) -> [[Int]] {
    var found = [[Int]](repeating: [], count: classCount)
    for (index, label) in try requiredLabels().enumerated() { found[label].append(index) }
    return found
  }
}
