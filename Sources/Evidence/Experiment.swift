import Methods
import Tensors

/// A paper's claims, tested again.
///
/// Identities are tried many times a seed. For effects, a control and the method run side by side
/// on the same data, seed and budget, each with the setting that tuning found best for it.
public protocol Experiment: Sendable {
  static var paper: PaperID { get }
  /// The public types and functions that a user would call, which the experiment calls too.
  static var methods: [String] { get }
  var claims: [Claim] { get }
  /// The seeds to run if nothing else is asked for.
  var seeds: [UInt64] { get }
  /// What the arms are tuned on before; nil if nothing is.
  var tuning: Tuning? { get }

  /// Measures every claim once, with one seed.
  ///
  /// Runs of several seeds share nothing, so that they can stand side by side, and one that was
  /// finished need not run again.
  ///
  /// - Throws: `CancellationError`, `EvidenceError.missingData`, and what the method throws.
  func run(_ context: ExperimentContext) throws -> [Measurement]

  /// Scores one arm with `context.setting(of:)`, on data that the measurements do not use; higher is
  /// better.
  ///
  /// - Throws: as `run`.
  func score(_ arm: String, _ context: ExperimentContext) throws -> Double
}

extension Experiment {
  public var seeds: [UInt64] { Array(0..<8) }
  public var tuning: Tuning? { nil }
  public var paper: PaperID { Self.paper }

  public func score(_ arm: String, _ context: ExperimentContext) throws -> Double {
    preconditionFailure("'\(paper)' has something to tune and no score")
  }

  /// What each arm runs with where nothing was tuned: the middle of the grid.
  public var untunedSettings: [String: Double] {
    guard let tuning else { return [:] }
    let middle = tuning.grid[tuning.grid.count / 2]
    return Dictionary(uniqueKeysWithValues: tuning.arms.map { ($0, middle) })
  }
}

/// How large an experiment is.
public enum ExperimentScale: String, Sendable, Hashable, Codable, CaseIterable {
  /// As little as shows that it runs; a record of it is no evidence for the paper's status.
  case small
  /// As much as the claim needs.
  case full
}

/// What one run of an experiment may use.
public struct ExperimentContext: Sendable {
  public let seed: UInt64
  public let scale: ExperimentScale
  /// How many threads one operation may use; already set.
  public let threads: Int
  /// Where datasets are found.
  public let data: any ExperimentData
  /// What each arm's setting is.
  private let settings: [String: Double]
  /// Told how much of this seed's run is done, from 0 to 1.
  public let report: @Sendable (Double) -> Void

  /// - Parameter settings: the tuned setting of each arm.
  public init(
    seed: UInt64, scale: ExperimentScale, threads: Int = 1, data: any ExperimentData = NoData(),
    settings: [String: Double] = [:], report: @escaping @Sendable (Double) -> Void = { _ in }
  ) {
    (self.seed, self.scale, self.threads) = (seed, scale, threads)
    (self.data, self.settings, self.report) = (data, settings, report)
  }

  /// Whether the run is as large as the claims need.
  package var isFull: Bool { scale == .full }

  /// Random numbers that start from the seed.
  public var generator: Generator { Generator(seed: seed) }

  /// The value of the tuned setting for an arm.
  ///
  /// - Precondition: The experiment's tuning names the arm.
  public func setting(of arm: String) -> Double {
    guard let value = settings[arm] else { preconditionFailure("nothing is tuned for '\(arm)'") }
    return value
  }

  /// - Throws: `CancellationError` if the run is to stop.
  public func checkCancellation() throws { try Task.checkCancellation() }
}
