import Foundation
import Synchronization
import Tensors

/// Runs an experiment seed by seed, several side by side if asked to, and makes a record of it.
///
/// A seed that is finished is kept in a file at once; a run that was killed or cancelled goes on
/// where it was. Which seeds run side by side changes no number, so long as `threads` divided by
/// `jobs` stays the same.
public struct ExperimentRunner: Sendable {
  /// The folder that finished seeds are kept in until the record is written.
  public var home: String
  public var versions: SoftwareVersions
  public var scale: ExperimentScale
  /// How many seeds run side by side.
  public var jobs: Int
  /// How many threads they share.
  public var threads: Int
  public var data: any ExperimentData

  /// - Precondition: `jobs` and `threads` are positive.
  public init(
    home: String, versions: SoftwareVersions, scale: ExperimentScale = .full, jobs: Int = 1,
    threads: Int = Backend.threads, data: any ExperimentData = NoData()
  ) {
    precondition(jobs > 0 && threads > 0, "\(jobs) jobs on \(threads) threads")
    (self.home, self.versions, self.scale) = (home, versions, scale)
    (self.jobs, self.threads, self.data) = (jobs, threads, data)
  }

  /// How far a run is.
  public struct Progress: Sendable, Hashable {
    public let finished: Int
    public let seeds: Int
    /// How much of the whole run is done, from 0 to 1.
    public let share: Double
  }

  /// Runs `experiment`, leaving out seeds that an earlier run has finished.
  ///
  /// Call `discardCheckpoints(of:)` once the record is safe; until then the same call returns the
  /// same measurements.
  ///
  /// - Throws: `EvidenceError`, `DataError` if a checkpoint cannot be written, `CancellationError`
  ///   if the task is cancelled, and what the experiment throws.
  public func run(
    _ experiment: some Experiment, seeds: [UInt64]? = nil,
    report: @escaping @Sendable (Progress) -> Void = { _ in }
  ) async throws -> EvidenceRecord {
    let seeds = seeds ?? experiment.seeds
    guard !seeds.isEmpty, Set(seeds).count == seeds.count else { throw EvidenceError.noSeeds }
    let date = Date().ISO8601Format()
    let checkpoints = checkpoints(of: experiment)
    let monitor = RunMonitor(seeds: seeds, report: report)
    var runs: [UInt64: SeedRun] = [:]
    for seed in seeds {
      guard let run = try checkpoints.finished(seed) else { continue }
      runs[seed] = run
      monitor.finish(seed)
    }
    try await withThrowingTaskGroup(of: SeedRun.self) { group in
      var waiting = seeds.filter { runs[$0] == nil }[...]
      for _ in 0..<min(jobs, waiting.count) {
        let seed = waiting.removeFirst()
        group.addTask { try measure(experiment, seed, checkpoints, monitor) }
      }
      while let run = try await group.next() {
        runs[run.seed] = run
        guard let seed = waiting.popFirst() else { continue }
        group.addTask { try measure(experiment, seed, checkpoints, monitor) }
      }
    }
    return EvidenceRecord(
      paper: experiment.paper, methods: type(of: experiment).methods, scale: scale, seeds: seeds,
      claims: experiment.claims, measurements: seeds.flatMap { runs[$0]!.measurements },
      versions: versions, threads: checkpoints.plan.threads, jobs: jobs, date: date,
      seconds: seeds.reduce(0) { $0 + runs[$1]!.seconds })
  }

  /// Removes the finished seeds of `experiment` at this scale.
  public func discardCheckpoints(of experiment: some Experiment) {
    checkpoints(of: experiment).discard()
  }

  private func checkpoints(of experiment: some Experiment) -> RunCheckpoints {
    RunCheckpoints(
      RunPlan(
        paper: experiment.paper, claims: experiment.claims, scale: scale, versions: versions,
        threads: max(1, threads / jobs)), in: home)
  }

  private func measure(
    _ experiment: some Experiment, _ seed: UInt64, _ checkpoints: RunCheckpoints,
    _ monitor: RunMonitor
  ) throws -> SeedRun {
    try Task.checkCancellation()
    // The setting belongs to the thread that runs this seed, which is put back as it was.
    let before = Backend.threads
    Backend.useThreads(checkpoints.plan.threads)
    defer { Backend.useThreads(before) }
    let clock = ContinuousClock()
    let start = clock.now
    let context = ExperimentContext(
      seed: seed, scale: scale, threads: checkpoints.plan.threads, data: data
    ) { monitor.advance(seed, to: $0) }
    let measurements = try experiment.run(context)
    if let reason = measurements.misfit(to: experiment.claims, seed: seed) {
      throw EvidenceError.wrongMeasurements(paper: experiment.paper, seed: seed, reason: reason)
    }
    let run = SeedRun(
      plan: checkpoints.plan, seed: seed, measurements: measurements,
      seconds: (clock.now - start) / .seconds(1))
    try checkpoints.save(run)
    monitor.finish(seed)
    return run
  }
}

/// Adds up how far the seeds of a run are.
private final class RunMonitor: Sendable {
  private struct State {
    var shares: [UInt64: Double] = [:]
    var finished = 0
  }

  private let state = Mutex(State())
  private let seeds: Int
  private let report: @Sendable (ExperimentRunner.Progress) -> Void

  init(seeds: [UInt64], report: @escaping @Sendable (ExperimentRunner.Progress) -> Void) {
    (self.seeds, self.report) = (seeds.count, report)
  }

  func advance(_ seed: UInt64, to share: Double) {
    update { $0.shares[seed] = min(1, max(0, share)) }
  }

  func finish(_ seed: UInt64) {
    update {
      $0.shares[seed] = 1
      $0.finished += 1
    }
  }

  private func update(_ change: (inout State) -> Void) {
    let progress = state.withLock { state in
      change(&state)
      return ExperimentRunner.Progress(
        finished: state.finished, seeds: seeds,
        share: state.shares.values.reduce(0, +) / Double(seeds))
    }
    report(progress)
  }
}
