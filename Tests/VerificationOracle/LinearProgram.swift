/// Minimizes a linear function under linear inequalities, by the simplex method with Bland's rule.
///
/// For a few variables and some dozens of inequalities; it shares nothing with what it is to check.
struct LinearProgram {
  /// Each row is `coefficients · x ≤ bound`; every `x` is at least 0.
  var rows: [(coefficients: [Double], bound: Double)] = []
  let variableCount: Int

  private static let tolerance = 1e-9

  init(variableCount: Int) {
    self.variableCount = variableCount
  }

  mutating func add(_ coefficients: [Double], atMost bound: Double) {
    rows.append((coefficients, bound))
  }

  /// The least value, or nil if nothing satisfies all rows.
  ///
  /// - Precondition: the least value is bounded.
  func minimum(of objective: [Double]) -> Double? {
    var tableau = Tableau(rows: rows, variableCount: variableCount)
    guard tableau.makeFeasible(Self.tolerance) else { return nil }
    return tableau.minimum(of: objective, Self.tolerance)
  }

  var isFeasible: Bool {
    var tableau = Tableau(rows: rows, variableCount: variableCount)
    return tableau.makeFeasible(Self.tolerance)
  }
}

/// Rows in terms of the variables that are 0 at present.
///
/// Column 0 belongs to a variable by which all rows are relaxed until a feasible point is found.
private struct Tableau {
  private var width: Int
  private var height: Int
  /// `[height, width]`; the last column is the bound.
  private var cells: [Double]
  /// Which variable each row stands for; slack `i` is `variableCount + 1 + i`.
  private var basis: [Int]
  /// Which variable each column stands for.
  private var free: [Int]
  private let variableCount: Int

  init(rows: [(coefficients: [Double], bound: Double)], variableCount: Int) {
    self.variableCount = variableCount
    (height, width) = (rows.count, variableCount + 2)
    basis = (0..<rows.count).map { variableCount + 1 + $0 }
    free = Array(0...variableCount)
    cells = rows.flatMap { [-1] + $0.coefficients + [$0.bound] }
  }

  private subscript(row: Int, column: Int) -> Double {
    get { cells[row * width + column] }
    set { cells[row * width + column] = newValue }
  }

  private mutating func pivot(_ row: Int, _ column: Int, _ cost: inout [Double]) {
    let inverse = 1 / self[row, column]
    for c in 0..<width { self[row, c] *= inverse }
    self[row, column] = inverse
    for r in 0..<height where r != row {
      let factor = self[r, column]
      if factor == 0 { continue }
      for c in 0..<width where c != column { self[r, c] -= factor * self[row, c] }
      self[r, column] = -factor * inverse
    }
    let factor = cost[column]
    for c in 0..<width where c != column { cost[c] -= factor * self[row, c] }
    cost[column] = -factor * inverse
    (basis[row], free[column]) = (free[column], basis[row])
  }

  /// Moves along falling costs; columns of `excluded` stay at 0.
  private mutating func descend(
    _ cost: inout [Double], excluding excluded: Int?, _ tolerance: Double
  ) {
    while true {
      let candidates = (0..<width - 1).filter { cost[$0] < -tolerance && free[$0] != excluded }
      guard let column = candidates.min(by: { free[$0] < free[$1] }) else { return }
      var best: (row: Int, ratio: Double)?
      for row in 0..<height where self[row, column] > tolerance {
        let ratio = self[row, width - 1] / self[row, column]
        guard let known = best else {
          best = (row, ratio)
          continue
        }
        let isTie = abs(ratio - known.ratio) <= 1e-13
        if isTie ? basis[row] < basis[known.row] : ratio < known.ratio { best = (row, ratio) }
      }
      guard let best else { return }
      pivot(best.row, column, &cost)
    }
  }

  mutating func makeFeasible(_ tolerance: Double) -> Bool {
    guard let lowest = (0..<height).min(by: { self[$0, width - 1] < self[$1, width - 1] }),
      self[lowest, width - 1] < 0
    else { return true }
    var cost = [Double](repeating: 0, count: width)
    cost[0] = 1
    pivot(lowest, 0, &cost)
    descend(&cost, excluding: nil, tolerance)
    if let row = basis.firstIndex(of: 0) {
      guard self[row, width - 1] <= 10 * tolerance else { return false }
      if let column = (0..<width - 1).first(where: { abs(self[row, $0]) > tolerance }) {
        pivot(row, column, &cost)
      }
    }
    return true
  }

  mutating func minimum(of objective: [Double], _ tolerance: Double) -> Double {
    // The objective in terms of the free variables.
    var cost = [Double](repeating: 0, count: width)
    for (column, variable) in free.enumerated() where (1...variableCount).contains(variable) {
      cost[column] += objective[variable - 1]
    }
    for (row, variable) in basis.enumerated() where (1...variableCount).contains(variable) {
      let factor = objective[variable - 1]
      for column in 0..<width { cost[column] -= factor * self[row, column] }
    }
    descend(&cost, excluding: 0, tolerance)
    return -cost[width - 1]
  }
}
