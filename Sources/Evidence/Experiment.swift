import Methods
import Tensors

/// A paper's claims, tested again.
///
/// The baseline and the method run side by side on the same data, seed and budget.
public protocol Experiment: Sendable {
  static var paper: PaperID { get }
  /// The public types and functions that a user would call, which the experiment calls too.
  static var methods: [String] { get }
  var claims: [Claim] { get }
  /// The seeds to run if nothing else is asked for.
  var seeds: [UInt64] { get }

  /// Measures every claim once, with one seed.
  ///
  /// Runs of several seeds share nothing, so that they can stand side by side, and one that was
  /// finished need not run again.
  ///
  /// - Throws: `CancellationError`, `EvidenceError.missingData`, and what the method throws.
  func run(_ context: ExperimentContext) throws -> [Measurement]
}

extension Experiment {
  public var seeds: [UInt64] { Array(0..<10) }
  public var paper: PaperID { Self.paper }
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
  /// Told how much of this seed's run is done, from 0 to 1.
  public let report: @Sendable (Double) -> Void

  public init(
    seed: UInt64, scale: ExperimentScale, threads: Int = 1, data: any ExperimentData = NoData(),
    report: @escaping @Sendable (Double) -> Void = { _ in }
  ) {
    (self.seed, self.scale, self.threads) = (seed, scale, threads)
    (self.data, self.report) = (data, report)
  }

  /// Whether the run is as large as the claims need.
  package var isFull: Bool { scale == .full }

  /// Random numbers that start from the seed.
  public var generator: Generator { Generator(seed: seed) }

  /// - Throws: `CancellationError` if the run is to stop.
  public func checkCancellation() throws { try Task.checkCancellation() }
}
