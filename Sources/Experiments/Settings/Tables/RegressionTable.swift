import Datasets
import Evidence
import Tensors

/// A small public table of numbers to predict from numbers, dealt anew by every seed and
/// standardized.
package struct RegressionTable: Sendable {
  /// The tables there are, by the name that `assay data fetch` knows them by.
  package enum Name: String, CaseIterable, Sendable, Hashable {
    case autoMPG = "auto-mpg"
    case bostonHousing = "boston-housing"
    case diabetes, linnerud

    /// How many numbers are to be predicted; they are a table's last columns.
    package var targets: Int { self == .linnerud ? 3 : 1 }
  }

  /// Examples and what to predict for them.
  package struct Part: Sendable {
    /// `[examples, features]`.
    package let inputs: Tensor
    /// `[examples, targets]`.
    package let targets: Tensor

    /// How many examples there are.
    package var count: Int { inputs.size(0) }
  }

  /// 60 percent of the examples.
  package let training: Part
  /// 20 percent of the examples.
  package let validation: Part
  /// 20 percent of the examples.
  package let test: Part
  /// What makes each feature's mean 0 and deviation 1 over the training part.
  package let inputStandardization: Standardization
  /// The same for targets: its scales are what one unit of a standardized error is worth.
  package let targetStandardization: Standardization

  /// Deals the examples, at small scale no more than 150 of them.
  ///
  /// - Throws: `EvidenceError.missingData` and `DataError`.
  package init(
    _ name: Name, _ context: ExperimentContext, using generator: inout Generator
  ) throws {
    let parts = try Dataset.pooled(name.rawValue, context, using: &generator)
      .split(fractions: [0.6, 0.2, 0.2], using: &generator)
    let columns = parts[0].featureShape[0]
    precondition(columns > name.targets, "\(columns) columns with \(name.targets) targets")
    let raw = parts.map { $0.inputs.split(sizes: [columns - name.targets, name.targets], axis: 1) }
    let inputs = Standardization(fitting: raw[0][0], per: .feature)
    let targets = Standardization(fitting: raw[0][1], per: .feature)
    let standard = raw.map {
      Part(inputs: inputs.apply(to: $0[0]), targets: targets.apply(to: $0[1]))
    }
    (training, validation, test) = (standard[0], standard[1], standard[2])
    (inputStandardization, targetStandardization) = (inputs, targets)
  }
}
