import CSCS
import Tensors

/// How a semidefinite program is solved.
public struct SemidefiniteSettings: Sendable, Hashable {
  /// To what accuracy the solver works; the bound is proved whatever it is.
  public var tolerance: Double
  public var iterations: Int
  /// The largest number of rows that the matrix may have.
  public var largestMatrix: Int

  public init(tolerance: Double = 1e-7, iterations: Int = 20_000, largestMatrix: Int = 400) {
    precondition(tolerance > 0 && iterations > 0, "tolerance and iterations are positive")
    (self.tolerance, self.iterations) = (tolerance, iterations)
    self.largestMatrix = largestMatrix
  }
}

/// Why a semidefinite program gave no bound.
public enum SemidefiniteProgramError: Error, Equatable, CustomStringConvertible {
  case tooLarge(rows: Int, limit: Int)
  case unsolved(status: Int)
  case misfit(reason: String)

  public var description: String {
    switch self {
    case .tooLarge(let rows, let limit):
      "The semidefinite program has a matrix of \(rows) rows, and \(limit) are allowed. "
        + "Use the product bound, or raise the limit."
    case .unsolved(let status): "The conic solver SCS gave up with status \(status)."
    case .misfit(let reason): "These weights are no network: \(reason)."
    }
  }
}

/// Minimizes a linear function of `x` such that `constant + Σ x[k] · coefficients[k]` is positive
/// semidefinite and some of `x` are not negative.
///
/// - Source: solved by SCS, "Conic Optimization via Operator Splitting and Homogeneous Self-Dual
///   Embedding" (2016).
struct SemidefiniteProgram {
  /// `[rows, rows]`, symmetric, as all matrices here.
  var constant: Tensor
  /// `[variables, rows, rows]`.
  var coefficients: Tensor
  var cost: [Double]
  /// The variables that are not negative.
  var positive: [Int]

  /// Returns the variables, as accurate as the solver made them.
  func solution(_ settings: SemidefiniteSettings) throws(SemidefiniteProgramError) -> [Double] {
    let order = constant.size(0)
    let columns = -packed(coefficients, order)
    let counts = (columns .!= 0.0).sum(axes: [1]).integers
    let places = columns.nonzeroIndices()
    let values = columns.flattened().gathering(
      places.selecting(0, axis: 1) * columns.size(1) + places.selecting(1, axis: 1)
    ).elements(as: Double.self)
    let rows = places.selecting(1, axis: 1).integers
    let isPositive = Set(positive)
    var (starts, indices, entries) = ([Int32(0)], [Int32](), [Double]())
    var (offset, positives) = (0, Int32(0))
    for column in cost.indices {
      if isPositive.contains(column) {
        indices.append(positives)
        entries.append(-1)
        positives += 1
      }
      for place in offset..<offset + counts[column] {
        indices.append(Int32(rows[place] + positive.count))
        entries.append(values[place])
      }
      offset += counts[column]
      starts.append(Int32(indices.count))
    }
    let right =
      [Double](repeating: 0, count: positive.count)
      + packed(constant.expandedDimension(at: 0), order).elements(as: Double.self)
    var x = [Double](repeating: 0, count: cost.count)
    let status = assay_scs_solve(
      Int32(cost.count), Int32(positive.count), Int32(order), starts, indices, entries, right, cost,
      settings.tolerance, Int32(clamping: settings.iterations), &x, nil)
    guard status == 1 || status == 2, x.allSatisfy(\.isFinite) else {
      throw .unsolved(status: Int(status))
    }
    return x
  }

  /// The lower triangles of matrices, column by column, with √2 off the diagonal.
  private func packed(_ matrices: Tensor, _ order: Int) -> Tensor {
    var (places, scales) = ([Int](), [Double]())
    for column in 0..<order {
      for row in column..<order {
        places.append(row * order + column)
        scales.append(row == column ? 1 : 2.0.squareRoot())
      }
    }
    return matrices.reshaped(to: [-1, order * order]).gathering(Tensor(places), axis: 1)
      * Tensor(scales)
  }
}
