import Tensors

extension VerificationProperty {
  /// The property in the format of the verification competition; reading it gives the same cases.
  public var vnnlib: String {
    var lines = (0..<featureCount).map { "(declare-const X_\($0) Real)" }
    lines += (0..<outputCount).map { "(declare-const Y_\($0) Real)" }
    if cases.isEmpty {
      // No input is at least 1 and at most 0.
      lines += (0..<featureCount).flatMap {
        ["(assert (>= X_\($0) 1))", "(assert (<= X_\($0) 0))"]
      }
      return lines.joined(separator: "\n") + "\n"
    }
    lines.append("(assert (or")
    for item in cases { lines.append("  (and \(item.inequalities.joined(separator: " ")))") }
    lines.append("))")
    return lines.joined(separator: "\n") + "\n"
  }
}

extension VerificationProperty.Case {
  /// Every bound of the box and every row as an inequality.
  fileprivate var inequalities: [String] {
    let (lower, upper) = (box.lower.elements(as: Double.self), box.upper.elements(as: Double.self))
    let ends = lower.indices.flatMap {
      ["(>= X_\($0) \(lower[$0]))", "(<= X_\($0) \(upper[$0]))"]
    }
    let (x, y) = (inputs.elements(as: Double.self), outputs.elements(as: Double.self))
    let rows = constants.elements(as: Double.self).enumerated().map { row, constant in
      let terms =
        Self.terms("X", x[(row * lower.count)..<((row + 1) * lower.count)])
        + Self.terms("Y", y[(row * outputs.size(1))..<((row + 1) * outputs.size(1))])
      return "(\(isStrict[row] ? "<" : "<=") (+ 0.0 \(terms.joined(separator: " "))) \(-constant))"
    }
    return ends + rows + polynomials.map(\.inequality)
  }

  private static func terms(_ letter: String, _ coefficients: ArraySlice<Double>) -> [String] {
    coefficients.enumerated().filter { $0.element != 0 }
      .map { "(* \($0.element) \(letter)_\($0.offset))" }
  }
}

extension VerificationPolynomial {
  fileprivate var inequality: String {
    let terms = terms.map { term in
      let variables = term.inputs.map { "X_\($0)" } + term.outputs.map { "Y_\($0)" }
      return "(* \(term.coefficient) \(variables.joined(separator: " ")))"
    }
    return "(\(isStrict ? "<" : "<=") (+ 0.0 \(terms.joined(separator: " "))) \(-constant))"
  }
}
