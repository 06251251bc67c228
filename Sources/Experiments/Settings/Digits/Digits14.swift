import Datasets
import Evidence
import Tensors

/// Handwritten digits of 14 × 14 pixels, dealt anew by every seed.
///
/// A pixel is the mean of a square of four pixels of mnist-5k, which makes a network's training
/// four times as cheap and leaves digits that people read without effort. All digits of mnist-5k,
/// whichever part they lie in, are shuffled together, so that the spread over seeds is that of the
/// draw of the data too.
///
/// - Shape: inputs are `[examples, 1, 14, 14]`, labels from 0 to 9.
/// - Units: gray levels from 0 to 1.
package struct Digits14: Sendable {
  /// 3,000 digits at full scale, 200 at small scale.
  package let training: Dataset
  /// 500 digits at full scale, 100 at small scale, for what is chosen or calibrated.
  package let validation: Dataset
  /// Up to 1,500 digits at full scale, up to 100 at small scale.
  package let test: Dataset

  /// The shape of one digit.
  package static let image: Shape = [1, 14, 14]

  /// Deals the digits.
  ///
  /// - Throws: `EvidenceError.missingData`, `EvidenceError.damaged` if there are not enough digits
  ///   for a training and a validation part and one test digit, and `DataError`.
  package init(_ context: ExperimentContext, using generator: inout Generator) throws {
    let all = try Self.all(from: context.data).shuffled(using: &generator)
    let (first, second) = context.isFull ? (3000, 500) : (200, 100)
    let most = context.isFull ? 1500 : 100
    guard all.count > first + second else {
      throw EvidenceError.damaged(
        path: all.name, reason: "it has \(all.count) digits and not \(first + second) and some")
    }
    training = all[0..<first]
    validation = all[first..<first + second]
    test = all[first + second..<min(first + second + most, all.count)]
  }

  /// Parts that were made of other parts, such as noisy or colored ones.
  package init(training: Dataset, validation: Dataset, test: Dataset) {
    (self.training, self.validation, self.test) = (training, validation, test)
  }

  /// The same change of all three parts, in this order.
  package func map(_ change: (Dataset) throws -> Dataset) rethrows -> Digits14 {
    Digits14(
      training: try change(training), validation: try change(validation), test: try change(test))
  }

  /// All digits there are, made smaller, in the order of the files.
  ///
  /// - Throws: `EvidenceError.missingData` and `DataError`.
  package static func all(from data: any ExperimentData) throws -> Dataset {
    let parts = try [DataPart.train, .test].map { try data.load("mnist-5k", part: $0) }
    let halving = PoolingGeometry(kernel: [2, 2], stride: [2, 2], padding: [0, 0])
    return try Dataset(
      name: "mnist-5k",
      inputs: .concatenating(
        parts.map { $0.inputs.averagePooled(halving, countsPadding: false) }),
      labels: parts.flatMap { try $0.requiredLabels() },
      classNames: (0..<10).map(String.init))
  }
}
