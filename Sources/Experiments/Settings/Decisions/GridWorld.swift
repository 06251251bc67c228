import Tensors

/// A walk over a grid with walls and a goal, whose best values are known exactly.
///
/// A step costs nothing and may slip to either side; a step into a wall or over the edge stays where
/// it is. The first step onto the goal brings 1 and ends the walk. Values are discounted.
package struct GridWorld: Sendable {
  /// The directions of a step.
  package enum Step: Int, CaseIterable, Sendable {
    case up, right, down, left

    /// The directions to slip to.
    fileprivate var sides: [Step] {
      switch self {
      case .up, .down: [.left, .right]
      case .left, .right: [.up, .down]
      }
    }
  }

  /// How many columns and rows there are.
  package let side: Int
  /// The cells that cannot be entered; a cell is `row * side + column`.
  package let walls: Set<Int>
  /// Where the walk ends, the last cell.
  package var goal: Int { side * side - 1 }
  /// The chance to slip, to each side with half of it.
  package let slip: Double
  /// What a reward one step later is worth.
  package let discount: Double

  /// - Precondition: the goal is no wall, `slip` lies in `0...1`, and the discount is at least 0 and
  ///   below 1.
  package init(side: Int, walls: Set<Int> = [], slip: Double = 0.1, discount: Double = 0.95) {
    precondition(
      side > 1 && !walls.contains(side * side - 1) && 0...1 ~= slip && (0..<1).contains(discount),
      "a grid of side \(side), walls \(walls), slip \(slip), discount \(discount)")
    (self.side, self.walls, self.slip, self.discount) = (side, walls, slip, discount)
  }

  /// The first cell, and a share of the others but the goal as walls, drawn anew until the goal can
  /// be reached from it.
  package init(
    side: Int, wallShare: Double, slip: Double = 0.1, discount: Double = 0.95,
    using generator: inout Generator
  ) {
    precondition(side > 1 && (0..<0.7).contains(wallShare), "a share of \(wallShare) walls")
    let free = Array(1..<side * side - 1)
    repeat {
      let walls = free.shuffled(using: &generator).prefix(Int(Double(free.count) * wallShare))
      self.init(side: side, walls: Set(walls), slip: slip, discount: discount)
    } while !isReachable
  }

  /// The cells that can be stood on, in order.
  package var cells: [Int] { (0..<side * side).filter { !walls.contains($0) } }

  /// Where a step leads and with which chance, but for the chance of 0.
  package func outcomes(of step: Step, from cell: Int) -> [(cell: Int, chance: Double)] {
    let all = [(step, 1 - slip)] + step.sides.map { ($0, slip / 2) }
    return all.filter { $0.1 > 0 }.map { (neighbor(of: cell, $0.0), $0.1) }
  }

  /// Walks one step; the reward is 1 if it ends at the goal.
  package func walk(
    _ step: Step, from cell: Int, using generator: inout Generator
  ) -> (cell: Int, reward: Double) {
    var rest = Double.random(in: 0..<1, using: &generator)
    let outcomes = outcomes(of: step, from: cell)
    for outcome in outcomes {
      rest -= outcome.chance
      if rest < 0 { return (outcome.cell, outcome.cell == goal ? 1 : 0) }
    }
    let last = outcomes[outcomes.count - 1].cell
    return (last, last == goal ? 1 : 0)
  }

  /// The value of every cell under the best policy, by value iteration; at walls and the goal it is
  /// 0.
  ///
  /// Iteration ends when no value moves by more than `1e-13 (1 - discount)`, so that values are off
  /// by at most 1e-13.
  package func optimalValues() -> [Double] {
    solve { cell, values in
      Step.allCases.map { expectation(of: $0, from: cell, values) }.max() ?? 0
    }
  }

  /// The value of every cell under a policy that takes one step a cell.
  package func values(of policy: (Int) -> Step) -> [Double] {
    solve { cell, values in expectation(of: policy(cell), from: cell, values) }
  }

  /// What a step is worth from a cell, `Σ chance (reward + discount value)`.
  package func expectation(of step: Step, from cell: Int, _ values: [Double]) -> Double {
    outcomes(of: step, from: cell).reduce(0) { sum, outcome in
      sum + outcome.chance * (outcome.cell == goal ? 1 : discount * values[outcome.cell])
    }
  }

  /// The best step from a cell for given values; of equal ones the first.
  package func bestStep(from cell: Int, _ values: [Double]) -> Step {
    Step.allCases.max {
      let (left, right) = (
        expectation(of: $0, from: cell, values), expectation(of: $1, from: cell, values)
      )
      return (left, $1.rawValue) < (right, $0.rawValue)
    } ?? .up
  }

  private func solve(_ update: (Int, [Double]) -> Double) -> [Double] {
    let moving = cells.filter { $0 != goal }
    var values = [Double](repeating: 0, count: side * side)
    var change = Double.infinity
    while change > 1e-13 * (1 - discount) {
      change = 0
      for cell in moving {
        let next = update(cell, values)
        change = max(change, abs(next - values[cell]))
        values[cell] = next
      }
    }
    return values
  }

  private func neighbor(of cell: Int, _ step: Step) -> Int {
    let (row, column) = (cell / side, cell % side)
    let (nextRow, nextColumn) =
      switch step {
      case .up: (row - 1, column)
      case .right: (row, column + 1)
      case .down: (row + 1, column)
      case .left: (row, column - 1)
      }
    guard (0..<side).contains(nextRow), (0..<side).contains(nextColumn) else { return cell }
    let next = nextRow * side + nextColumn
    return walls.contains(next) ? cell : next
  }

  private var isReachable: Bool {
    var (seen, waiting) = (Set([0]), [0])
    while let cell = waiting.popLast() {
      for next in Step.allCases.map({ neighbor(of: cell, $0) }) where seen.insert(next).inserted {
        waiting.append(next)
      }
    }
    return seen.contains(goal)
  }
}
