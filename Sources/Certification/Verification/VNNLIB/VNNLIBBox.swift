/// The bounds of every input, infinite where nothing is known.
struct VNNLIBBox {
  private(set) var lower: [Double] = []
  private(set) var upper: [Double] = []

  mutating func include(_ index: Int) {
    while lower.count <= index {
      lower.append(-.infinity)
      upper.append(.infinity)
    }
  }

  /// Adds the next input with its bounds.
  mutating func include(_ index: Int, lower low: Double, upper high: Double) {
    include(index)
    (lower[index], upper[index]) = (low, high)
  }

  mutating func restrict(_ term: LinearSum.Term, constant: Double) {
    let (range, index) = (VNNLIBRange(term, constant: constant), term.variable.index)
    lower[index] = max(lower[index], range.lower)
    upper[index] = min(upper[index], range.upper)
  }
}

/// Where one input may lie.
struct VNNLIBRange: Hashable {
  var lower: Double
  var upper: Double

  /// The values for which `coefficient · x + constant ≤ 0`, moved outward where they must be
  /// rounded.
  init(_ term: LinearSum.Term, constant: Double) {
    let end = -constant / term.coefficient
    let isExact = constant.addingProduct(term.coefficient, end) == 0
    if term.coefficient > 0 {
      (lower, upper) = (-.infinity, isExact ? end : end.nextUp)
    } else {
      (lower, upper) = (isExact ? end : end.nextDown, .infinity)
    }
  }

  init(lower: Double, upper: Double) {
    (self.lower, self.upper) = (lower, upper)
  }

  func intersection(_ other: VNNLIBRange) -> VNNLIBRange {
    VNNLIBRange(lower: max(lower, other.lower), upper: min(upper, other.upper))
  }
}
