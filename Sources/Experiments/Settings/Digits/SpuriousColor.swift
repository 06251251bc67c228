import Datasets
import Tensors

/// Images of two classes in two colors, where the color tells the class most of the time.
///
/// A network that reads the color is right on the training data as often as color and label agree,
/// and wrong as often on data where they disagree; one that reads the shape does not care.
///
/// - Source: "Invariant Risk Minimization" (2019), section 5.2 (colored digits).
package struct SpuriousColor: Sendable {
  /// The colored images; the label is 0 or 1.
  ///
  /// - Shape: inputs `[examples, 2, height, width]`: the image is in channel 0 or channel 1, and
  ///   the other channel is 0.
  package let data: Dataset
  /// The channel of each image.
  package let colors: [Int]

  /// The group of each example: twice its label, plus its color; there are four.
  package let groups: [Int]

  /// Colors gray images of two classes.
  ///
  /// - Parameter agreement: the chance that an image's color is its label; 0.5 is no relation.
  /// - Throws: `DataError.noLabels`.
  /// - Precondition: images have one channel, labels are 0 or 1, and `agreement` lies in `0...1`.
  package init(_ gray: Dataset, agreement: Double, using generator: inout Generator) throws {
    precondition(
      gray.featureShape.count == 3 && gray.featureShape[0] == 1 && 0...1 ~= agreement,
      "cannot color \(gray.featureShape) with an agreement of \(agreement)")
    let labels = try gray.requiredLabels()
    precondition(labels.allSatisfy { 0...1 ~= $0 }, "colors tell two classes apart")
    let agrees = Tensor.full(agreement, [gray.count]).bernoulli(using: &generator).integers
    colors = zip(labels, agrees).map { $1 == 1 ? $0 : 1 - $0 }
    groups = zip(labels, colors).map { 2 * $0 + $1 }
    let channel = Tensor(colors).oneHot(classes: 2).cast(to: .float32)
    data = gray.replacingInputs(
      with: gray.inputs * channel.reshaped(to: [gray.count, 2, 1, 1]))
  }
}
