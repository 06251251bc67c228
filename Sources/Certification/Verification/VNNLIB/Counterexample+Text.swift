import Tensors

extension Counterexample {
  /// The input and the output in the format of the verification competition, with digits that give
  /// back the same numbers.
  ///
  ///     ((X_0 0.5)
  ///      (Y_0 -1.25))
  public var text: String {
    func lines(_ letter: String, _ values: Tensor) -> [String] {
      let flat = values.flattened()
      let numbers =
        flat.dtype == .float64
        ? flat.elements(as: Double.self).map(\.description)
        : flat.elements(as: Float.self).map(\.description)
      return numbers.enumerated().map { "(\(letter)_\($0.offset) \($0.element))" }
    }
    return "(" + (lines("X", input) + lines("Y", output)).joined(separator: "\n ") + ")\n"
  }
}
