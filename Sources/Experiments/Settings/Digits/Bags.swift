import Datasets
import Tensors

/// Bags of images with one label each: 1 if a bag holds an image of one class, 0 if not.
///
/// - Source: "Attention-based Deep Multiple Instance Learning" (2018), section 4.2.
package struct Bags: Sendable {
  /// The bags, with labels 0 and 1, each for half of them.
  ///
  /// - Shape: inputs `[bags, size] + image`.
  package let data: Dataset
  /// Whether each image of each bag is of the positive class, which a learner does not see.
  package let witnesses: [[Bool]]

  /// Fills bags with images drawn with replacement.
  ///
  /// A positive bag has one positive image at a random place, and each other image is positive with
  /// the chance that the data have of it; a negative bag has none.
  ///
  /// - Throws: `DataError.noLabels`.
  /// - Precondition: the data have examples of the positive class and of others, and sizes are
  ///   positive.
  package init(
    of images: Dataset, positive: Int, size: Int, count: Int, using generator: inout Generator
  ) throws {
    let labels = try images.requiredLabels()
    let (all, hits) = (Array(labels.indices), labels.indices.filter { labels[$0] == positive })
    let misses = labels.indices.filter { labels[$0] != positive }
    precondition(
      !hits.isEmpty && !misses.isEmpty && size > 0 && count > 0,
      "cannot fill \(count) bags of \(size) with and without class \(positive)")
    var chosen: [Int] = []
    let bagLabels = (0..<count).map { $0 % 2 }.shuffled(using: &generator)
    for label in bagLabels {
      let place = Int.random(in: 0..<size, using: &generator)
      for index in 0..<size {
        let source = label == 0 ? misses : index == place ? hits : all
        chosen.append(source[Int.random(in: 0..<source.count, using: &generator)])
      }
    }
    witnesses = (0..<count).map { bag in
      chosen[bag * size..<(bag + 1) * size].map { labels[$0] == positive }
    }
    data = try Dataset(
      name: images.name,
      inputs: images.inputs.rows(chosen).reshaped(to: [count, size] + images.featureShape),
      labels: bagLabels, classNames: ["without", "with"])
  }
}
