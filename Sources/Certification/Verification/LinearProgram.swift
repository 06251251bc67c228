import CSCS
import Tensors

/// Minimizes the largest of some linear functions over the part of the cube `|x| ≤ 1` where other
/// ones are not negative.
///
/// - Source: solved by SCS, "Conic Optimization via Operator Splitting and Homogeneous Self-Dual
///   Embedding" (2016). Nothing that it says is trusted.
struct LinearProgram {
  /// `rows · x + offsets ≥ 0`; `[count, features]` and `[count]`, in double precision.
  let rows: Tensor
  let offsets: Tensor
  /// The functions `objectives · x + objectiveOffsets`, of which there is one at least.
  let objectives: Tensor
  let objectiveOffsets: Tensor

  struct Solution {
    let point: [Double]
    /// One of each row, not negative.
    let multipliers: [Double]
    /// One of each function, not negative, with the sum 1. The sum of the functions with these
    /// weights, less that of the rows with their multipliers, is nowhere below the least value; and
    /// above 0 if no point meets all rows.
    let weights: [Double]
  }

  /// Returns the solution, or nil if the solver gives up.
  func solution(tolerance: Double = 1e-9, iterations: Int = 20_000) -> Solution? {
    let (count, features) = (rows.size(0), rows.size(1))
    // The objective itself is the last variable, in units that no function exceeds.
    let reach = objectives.magnitude().sum(axes: [1]) + objectiveOffsets.magnitude()
    let unit = max(1e-30, reach.max(axes: nil).item())
    let all = Tensor.concatenating([rows, objectives / -unit]).transposed()
      .elements(as: Double.self)
    let right = Tensor.concatenating([offsets, objectiveOffsets / -unit]).elements(as: Double.self)
    let total = right.count
    guard all.allSatisfy(\.isFinite), right.allSatisfy(\.isFinite) else { return nil }
    var (starts, indices, entries) = ([Int32(0)], [Int32](), [Double]())
    for feature in 0...features {
      for row in 0..<total {
        let entry = feature < features ? all[feature * total + row] : row < count ? 0 : 1
        guard entry != 0 else { continue }
        indices.append(Int32(row))
        entries.append(-entry)
      }
      indices += [Int32(total + feature), Int32(total + features + 1 + feature)]
      entries += [1, -1]
      starts.append(Int32(indices.count))
    }
    let ends = [Double](repeating: 1, count: 2 * (features + 1))
    var point = [Double](repeating: 0, count: features + 1)
    var duals = [Double](repeating: 0, count: total + ends.count)
    let objective = [Double](repeating: 0, count: features) + [1]
    let status = assay_scs_solve(
      Int32(features + 1), Int32(duals.count), 0, starts, indices, entries, right + ends,
      objective, tolerance, Int32(clamping: iterations), &point, &duals)
    guard [1, 2, -2].contains(status), duals.allSatisfy(\.isFinite) else { return nil }
    let isEmpty = status == -2
    // A ray that proves that there is no point outweighs the functions once it is long enough.
    let scale = isEmpty ? 4 * unit : unit
    let own = duals[count..<total].map { max(0, $0) }
    let sum = own.reduce(0, +)
    return Solution(
      point: isEmpty ? [Double](repeating: 0, count: features) : Array(point.dropLast()),
      multipliers: duals.prefix(count).map { max(0, $0) * scale },
      weights: own.map { !isEmpty && sum > 0 ? $0 / sum : 1 / Double(total - count) })
  }
}
