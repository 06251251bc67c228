/// Inequalities joined by "and" and "or".
indirect enum VNNLIBFormula {
  /// The place of an inequality in the list of all.
  case atom(Int)
  case and([VNNLIBFormula])
  case or([VNNLIBFormula])

  /// How large the disjunctive normal form is; `Int.max` where it is beyond counting.
  struct Size {
    var cases: Int
    var atoms: Int
  }

  var normalSize: Size {
    switch self {
    case .atom: return Size(cases: 1, atoms: 1)
    case .or(let parts):
      return parts.reduce(Size(cases: 0, atoms: 0)) { sum, part in
        let size = part.normalSize
        return Size(
          cases: sum.cases.addingBounded(size.cases), atoms: sum.atoms.addingBounded(size.atoms))
      }
    case .and(let parts):
      return parts.reduce(Size(cases: 1, atoms: 0)) { product, part in
        let size = part.normalSize
        return Size(
          cases: product.cases.multipliedBounded(by: size.cases),
          atoms: product.atoms.multipliedBounded(by: size.cases)
            .addingBounded(size.atoms.multipliedBounded(by: product.cases)))
      }
    }
  }

  /// The disjunctive normal form: a formula is satisfied if all atoms of one list are.
  var normalForm: [[Int]] {
    switch self {
    case .atom(let place): return [[place]]
    case .or(let parts): return parts.flatMap(\.normalForm)
    case .and(let parts):
      return parts.reduce([[]]) { lists, part in
        let others = part.normalForm
        return lists.flatMap { list in others.map { list + $0 } }
      }
    }
  }
}

extension Int {
  fileprivate func addingBounded(_ other: Int) -> Int {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? .max : sum
  }

  fileprivate func multipliedBounded(by other: Int) -> Int {
    let (product, overflow) = multipliedReportingOverflow(by: other)
    return overflow ? .max : product
  }
}
