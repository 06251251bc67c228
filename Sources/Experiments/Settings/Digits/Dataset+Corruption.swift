import Datasets
import Tensors

extension Dataset {
  /// Returns the data with corrupted images; labels stay.
  ///
  /// - Parameter severity: from 1 to 5.
  /// - Precondition: inputs are images from 0 to 1, of one or three channels.
  package func corrupted(
    by corruption: Corruption, severity: Int, using generator: inout some RandomNumberGenerator
  ) -> Dataset {
    replacingInputs(
      with: corruption.applied(to: inputs, severity: severity, using: &generator))
  }
}
