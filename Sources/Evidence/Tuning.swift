import Methods

/// The one setting that every arm of an experiment is tuned on, by the same grid and seeds.
public struct Tuning: Sendable, Hashable, Codable {
  /// What the setting is called, such as `learning rate`.
  public let setting: String
  /// The values that each arm tries, in order.
  public let grid: [Double]
  public let arms: [String]

  /// The seeds that arms are tuned on; no record uses them.
  public static let seeds: [UInt64] = Array(100...104)

  /// - Precondition: There are arms, and two values or more.
  public init(_ setting: String, grid: [Double], arms: [String]) {
    precondition(grid.count > 1 && !arms.isEmpty, "'\(setting)' has nothing to be tuned")
    (self.setting, self.grid, self.arms) = (setting, grid, arms)
  }
}

/// What tuning came to for one arm.
public struct TunedArm: Sendable, Hashable, Codable {
  public let arm: String
  public let setting: String
  public let grid: [Double]
  /// The mean score of each value over the seeds of tuning.
  public let scores: [Double]

  /// - Precondition: There is a score for each value of the grid.
  public init(arm: String, setting: String, grid: [Double], scores: [Double]) {
    precondition(grid.count == scores.count, "\(grid.count) values and \(scores.count) scores")
    (self.arm, self.setting, self.grid, self.scores) = (arm, setting, grid, scores)
  }

  /// The value with the best score, the first of equal ones.
  public var chosen: Double {
    let best = scores.map { $0.isNaN ? -.infinity : $0 }.max() ?? 0
    return grid[scores.firstIndex(of: best) ?? 0]
  }

  /// Whether the best value is the first or the last, so that a better one may lie outside.
  public var isAtEdge: Bool { chosen == grid.first || chosen == grid.last }
}
