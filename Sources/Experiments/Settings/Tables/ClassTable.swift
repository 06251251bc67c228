import Datasets
import Evidence
import Tensors

/// A small public table of classes, dealt anew by every seed and standardized.
///
/// - Shape: inputs `[examples, features]`.
package struct ClassTable: Sendable {
  /// The tables there are, by the name that `assay data fetch` knows them by.
  package enum Name: String, CaseIterable, Sendable, Hashable {
    case breastCancer = "breast-cancer"
    case digits, iris
    case threeBlobs = "three-blobs"
    case wine
  }

  /// 60 percent of every class.
  package let training: Dataset
  /// 20 percent of every class.
  package let validation: Dataset
  /// 20 percent of every class.
  package let test: Dataset
  /// What makes each feature's mean 0 and deviation 1 over the training part.
  package let standardization: Standardization

  /// Deals the examples, at small scale no more than 150 of them.
  ///
  /// - Throws: `EvidenceError.missingData` and `DataError`.
  package init(
    _ name: Name, _ context: ExperimentContext, using generator: inout Generator
  ) throws {
    let all = try Dataset.pooled(name.rawValue, context, using: &generator)
    _ = try all.requiredLabels()
    let parts = all.split(fractions: [0.6, 0.2, 0.2], isStratified: true, using: &generator)
    let standardization = Standardization(fitting: parts[0].inputs, per: .feature)
    let standard = parts.map {
      $0.replacingInputs(with: standardization.apply(to: $0.inputs))
    }
    (training, validation, test) = (standard[0], standard[1], standard[2])
    self.standardization = standardization
  }
}

extension Dataset {
  /// Both parts of a public table, shuffled, each example a row of numbers; at small scale no more
  /// than 150 of them.
  ///
  /// - Throws: `EvidenceError.missingData` and `DataError`.
  static func pooled(
    _ name: String, _ context: ExperimentContext, using generator: inout Generator
  ) throws -> Dataset {
    let parts = try [DataPart.train, .test].map { try context.data.load(name, part: $0) }
    let all = try Dataset(
      name: name, inputs: .concatenating(parts.map { $0.inputs.flattenedRows() }),
      labels: parts.allSatisfy { $0.labels != nil } ? parts.flatMap { $0.labels ?? [] } : nil)
    let shuffled = all.shuffled(using: &generator)
    return context.isFull ? shuffled : shuffled.prefix(150)
  }
}
