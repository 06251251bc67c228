import Datasets
import Tensors

extension Dataset {
  /// The values that a feature may take: `0...1` if the data stay within it, else what they span.
  ///
  /// - Throws: `AuditError.inputsNotFinite`.
  public func domain() throws(AuditError) -> ClosedRange<Float> {
    let (low, high) = (Float(inputs.min().item()), Float(inputs.max().item()))
    guard low.isFinite, high.isFinite else { throw .inputsNotFinite(path: name) }
    return low >= 0 && high <= 1 ? 0...1 : low...max(high, low.nextUp)
  }
}
