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
  /// The sources that run, by which a record tells later whether they changed.
  public var sources: ExperimentSources?
  /// The commit that runs.
  public var commit: String?

  /// - Precondition: `jobs` and `threads` are positive.
  public init(
    home: String, versions: SoftwareVersions, scale: ExperimentScale = .full, jobs: Int = 1,
    threads: Int = Backend.threads, data: any ExperimentData = NoData(),
    sources: ExperimentSources? = nil, commit: String? = nil
  ) {
    precondition(jobs > 0 && threads > 0, "\(jobs) jobs on \(threads) threads")
    (self.home, self.versions, self.scale) = (home, versions, scale)
    (self.jobs, self.threads, self.data) = (jobs, threads, data)
    (self.sources, self.commit) = (sources, commit)
  }

  /// How far a run is.
  public struct Progress: Sendable, Hashable {
    public let finished: Int
    /// How many runs there are: one a seed, or in tuning one for each arm, setting and seed.
    public let runs: Int
    /// How much of this stage is done, from 0 to 1.
    public let share: Double
  }

  /// Tunes the arms of `experiment` on the seeds of tuning, leaving out what an earlier run has
  /// finished; nothing is tuned at small scale.
  ///
  /// - Throws: as `run`.
  @discardableResult
  public func tune(
    _ experiment: some Experiment, report: @escaping @Sendable (Progress) -> Void = { _ in }
  ) async throws -> [TunedArm] {
    guard scale == .full, let tuning = experiment.tuning else { return [] }
    let parts = tuning.arms.flatMap { arm in
      tuning.grid.indices.flatMap { setting in
        Tuning.seeds.map { RunPart.score(arm: arm, setting: setting, seed: $0) }
      }
    }
    let finished = try await finish(parts, of: experiment, settings: [:], report)
    return tuning.arms.map { arm in
      let scores = tuning.grid.indices.map { setting in
        let scores = Tuning.seeds.map {
          finished[.score(arm: arm, setting: setting, seed: $0)]?.score ?? .nan
        }
        return scores.reduce(0, +) / Double(scores.count)
      }
      return TunedArm(arm: arm, setting: tuning.setting, grid: tuning.grid, scores: scores)
    }
  }

  /// Tunes and runs `experiment`, leaving out what an earlier run has finished.
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
    let tuned = try await tune(experiment, report: report)
    let settings = Dictionary(uniqueKeysWithValues: tuned.map { ($0.arm, $0.chosen) })
    let parts = seeds.map { RunPart.measurements(seed: $0) }
    let finished = try await finish(parts, of: experiment, settings: settings, report)
    let runs = parts.map { finished[$0]! }
    return EvidenceRecord(
      paper: experiment.paper, methods: type(of: experiment).methods, scale: scale, seeds: seeds,
      claims: experiment.claims, measurements: runs.flatMap(\.measurements),
      versions: versions, threads: max(1, threads / jobs), jobs: jobs, tuning: tuned,
      provenance: Provenance(
        commit: commit, sources: sources?.digest(of: experiment),
        data: runs.reduce(into: [:]) { $0.merge($1.data) { $1 } }),
      date: date, seconds: runs.reduce(0) { $0 + $1.seconds })
  }

  /// Removes what is finished of `experiment` at this scale.
  public func discardCheckpoints(of experiment: some Experiment) {
    checkpoints(of: experiment).discard()
  }

  private func checkpoints(of experiment: some Experiment) -> RunCheckpoints {
    RunCheckpoints(
      RunPlan(
        paper: experiment.paper, claims: experiment.claims, tuning: experiment.tuning,
        scale: scale, versions: versions, threads: max(1, threads / jobs)),
      sources: sources?.digest(of: experiment), in: home)
  }

  /// Runs the parts that are not finished, as many side by side as there are jobs.
  private func finish(
    _ parts: [RunPart], of experiment: some Experiment, settings: [String: Double],
    _ report: @escaping @Sendable (Progress) -> Void
  ) async throws -> [RunPart: FinishedPart] {
    let checkpoints = checkpoints(of: experiment)
    let monitor = RunMonitor(parts: parts, report: report)
    var finished: [RunPart: FinishedPart] = [:]
    for part in parts {
      guard let run = try checkpoints.finished(part, settings: settings) else { continue }
      finished[part] = run
      monitor.finish(part)
    }
    try await withThrowingTaskGroup(of: FinishedPart.self) { group in
      var waiting = parts.filter { finished[$0] == nil }[...]
      func addNext() {
        guard let part = waiting.popFirst() else { return }
        group.addTask { try measure(experiment, part, settings, checkpoints, monitor) }
      }
      for _ in 0..<jobs { addNext() }
      while let run = try await group.next() {
        finished[run.part] = run
        addNext()
      }
    }
    return finished
  }

  private func measure(
    _ experiment: some Experiment, _ part: RunPart, _ settings: [String: Double],
    _ checkpoints: RunCheckpoints, _ monitor: RunMonitor
  ) throws -> FinishedPart {
    try Task.checkCancellation()
    // The setting belongs to the thread that runs this part, which is put back as it was.
    let before = Backend.threads
    Backend.useThreads(checkpoints.plan.threads)
    defer { Backend.useThreads(before) }
    let clock = ContinuousClock()
    let start = clock.now
    let noted = NotedData(data)
    func context(_ settings: [String: Double]) -> ExperimentContext {
      ExperimentContext(
        seed: part.seed, scale: scale, threads: checkpoints.plan.threads, data: noted,
        settings: experiment.untunedSettings.merging(settings) { $1 }
      ) { monitor.advance(part, to: $0) }
    }
    var measurements: [Measurement] = []
    var score: Double?
    switch part {
    case .measurements(let seed):
      measurements = try experiment.run(context(settings))
      if let reason = measurements.misfit(to: experiment.claims, seed: seed) {
        throw EvidenceError.wrongMeasurements(paper: experiment.paper, seed: seed, reason: reason)
      }
    case .score(let arm, let setting, _):
      let value = checkpoints.plan.tuning!.grid[setting]
      score = try experiment.score(arm, context([arm: value]))
    }
    let run = FinishedPart(
      plan: checkpoints.plan, part: part, sources: checkpoints.sources, settings: settings,
      measurements: measurements, score: score, data: noted.digests,
      seconds: (clock.now - start) / .seconds(1))
    try checkpoints.save(run)
    monitor.finish(part)
    return run
  }
}

/// Adds up how far the seeds of a run are.
private final class RunMonitor: Sendable {
  private struct State {
    var shares: [RunPart: Double] = [:]
    var finished = 0
  }

  private let state = Mutex(State())
  private let parts: Int
  private let report: @Sendable (ExperimentRunner.Progress) -> Void

  init(parts: [RunPart], report: @escaping @Sendable (ExperimentRunner.Progress) -> Void) {
    (self.parts, self.report) = (parts.count, report)
  }

  func advance(_ part: RunPart, to share: Double) {
    update { $0.shares[part] = min(1, max(0, share)) }
  }

  func finish(_ part: RunPart) {
    update {
      $0.shares[part] = 1
      $0.finished += 1
    }
  }

  private func update(_ change: (inout State) -> Void) {
    let progress = state.withLock { state in
      change(&state)
      return ExperimentRunner.Progress(
        finished: state.finished, runs: parts,
        share: state.shares.values.reduce(0, +) / Double(parts))
    }
    report(progress)
  }
}
