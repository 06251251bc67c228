import Datasets
import Tensors

/// A bright square in the lower right corner, which makes a backdoor of a training set.
///
/// - Source: "BadNets: Identifying Vulnerabilities in the Machine Learning Model Supply Chain"
///   (2017), section 3.2.
package struct CornerPatch: Sendable, Hashable {
  /// The side of the square, in pixels.
  package var side: Int
  /// The label that patched images are given.
  package var target: Int

  /// - Parameters:
  ///   - side: of the square, in pixels.
  ///   - target: the label that patched images are given.
  package init(side: Int = 3, target: Int = 0) {
    precondition(side > 0 && target >= 0, "a patch of side \(side), label \(target)")
    (self.side, self.target) = (side, target)
  }

  /// Returns images with the patch on every one of them.
  ///
  /// - Shape: `[images, channels, height, width]`, with sides of `side` or more.
  package func applied(to images: Tensor) -> Tensor {
    let (height, width) = (images.size(2), images.size(3))
    precondition(min(height, width) >= side, "no place for \(side) pixels in \(images.shape)")
    let square = Tensor.ones([1, 1, side, side]).padded([
      (0, 0), (0, 0), (height - side, 0), (width - side, 0),
    ])
    return images.maximum(square)
  }

  /// Returns the data with the patch and the target label on some examples of other classes, and
  /// which examples those are.
  ///
  /// - Parameter share: of all examples, rounded down, as far as other classes have as many.
  /// - Throws: `DataError.noLabels`.
  package func poisoning(
    _ data: Dataset, share: Double, using generator: inout Generator
  ) throws -> (data: Dataset, poisoned: [Int]) {
    precondition(0...1 ~= share, "a share of \(share)")
    var labels = try data.requiredLabels()
    let chosen = labels.indices.filter { labels[$0] != target }.shuffled(using: &generator)
      .prefix(Int(share * Double(data.count))).sorted()
    guard !chosen.isEmpty else { return (data, []) }
    for index in chosen { labels[index] = target }
    let inputs = data.inputs.replacingRows(
      at: Tensor(chosen), with: applied(to: data.inputs.rows(chosen)))
    return (try data.replacingInputs(with: inputs).relabeled(labels), chosen)
  }

  /// Returns patched examples of all classes but the target, with their true labels: the share that
  /// a model calls the target is the attack's success.
  ///
  /// - Throws: `DataError.noLabels`.
  package func victims(of data: Dataset) throws -> Dataset {
    let labels = try data.requiredLabels()
    let others = data.subset(labels.indices.filter { labels[$0] != target })
    return others.replacingInputs(with: applied(to: others.inputs))
  }
}
