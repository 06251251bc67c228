import Datasets
import Evidence
import Tensors

/// The 8 × 8 digits of scikit-learn, enlarged: digits of other writers and another scanner, with the
/// same ten classes.
package enum ScikitDigits {
  /// All 1,797 digits, shuffled and enlarged linearly; 150 of them at small scale.
  ///
  /// - Shape: inputs `[examples, 1, side, side]`, gray levels from 0 to 1.
  /// - Parameter side: 14 to go with `Digits14`, 28 to go with mnist-5k.
  /// - Throws: `EvidenceError.missingData` and `DataError`.
  package static func enlarged(
    to side: Int = 14, _ context: ExperimentContext, using generator: inout Generator
  ) throws -> Dataset {
    let rows = try Dataset.pooled("digits", context, using: &generator)
    return rows.replacingInputs(
      with: rows.inputs.reshaped(to: [rows.count, 1, 8, 8])
        .resized(to: [side, side], mode: .linear))
  }
}
