import Datasets
import Tensors

/// Examples of classes that a model learns, and of classes that it has never seen.
package struct ClassSplit: Sendable {
  /// The classes of `known`, whose new labels are their places here.
  package let knownClasses: [Int]
  /// Examples of known classes, with labels from 0.
  package let known: Dataset
  /// Examples of all other classes, with the labels that they had.
  package let unknown: Dataset

  /// Splits the data by label.
  ///
  /// - Throws: `DataError.noLabels`.
  /// - Precondition: each part gets an example.
  package init(_ data: Dataset, known classes: [Int]) throws {
    let labels = try data.requiredLabels()
    let places = Dictionary(uniqueKeysWithValues: zip(classes, 0...))
    let isKnown = labels.indices.filter { places[labels[$0]] != nil }
    let isUnknown = labels.indices.filter { places[labels[$0]] == nil }
    precondition(!isKnown.isEmpty && !isUnknown.isEmpty, "classes \(classes) leave a part empty")
    knownClasses = classes
    known = try data.subset(isKnown).relabeled(
      isKnown.compactMap { places[labels[$0]] },
      classNames: classes.map { data.classNames?[$0] ?? String($0) })
    unknown = data.subset(isUnknown)
  }

  /// Splits the data with classes drawn at random.
  ///
  /// - Throws: `DataError.noLabels`.
  package init(_ data: Dataset, drawing count: Int, using generator: inout Generator) throws {
    let drawn = (0..<data.classCount).shuffled(using: &generator).prefix(count)
    try self.init(data, known: drawn.sorted())
  }
}
