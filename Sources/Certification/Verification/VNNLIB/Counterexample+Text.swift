import Tensors

extension Counterexample {
  /// The input and the output in the format of the verification competition, with digits that give
  /// back the same numbers in double precision: fewer might lie outside of the property's box.
  ///
  ///     ((X_0 0.5)
  ///      (Y_0 -1.25))
  public var text: String {
    func lines(_ letter: String, _ values: Tensor) -> [String] {
      values.flattened().cast(to: .float64).elements(as: Double.self).enumerated()
        .map { "(\(letter)_\($0.offset) \($0.element))" }
    }
    return "(" + (lines("X", input) + lines("Y", output)).joined(separator: "\n ") + ")\n"
  }
}
