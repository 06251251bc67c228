import Desk
import Evidence
import Experiments
import Foundation
import Methods
import Synchronization

/// Runs of experiments that were started from a page, one at a time.
final class ExperimentRuns: Sendable {
  /// How a run stands.
  struct Status: Sendable, Hashable {
    enum Stage: String, Sendable {
      case waiting, running, finished, failed
    }

    var stage: Stage
    /// How much is done, from 0 to 1.
    var share: Double
    /// What a reader is told.
    var text: String
  }

  private let desk: PaperDesk
  private let runner: @Sendable () -> ExperimentRunner
  private struct State {
    var statuses: [PaperID: Status] = [:]
    /// How often a status has changed.
    var changes = 0
    var last: Task<Void, Never>?
  }

  private let state = Mutex(State())

  init(_ desk: PaperDesk, runner: @escaping @Sendable () -> ExperimentRunner) {
    (self.desk, self.runner) = (desk, runner)
  }

  /// The sources that run, by which records tell whether they are stale.
  var sources: ExperimentSources? { runner().sources }

  /// How often the state of a run has changed.
  var changes: Int { state.withLock { $0.changes } }

  subscript(paper: PaperID) -> Status? { state.withLock { $0.statuses[paper] } }

  /// Starts the experiment on a paper after those that were started before, unless it is among
  /// them.
  ///
  /// - Returns: whether there is such an experiment.
  func start(_ paper: PaperID, scale: ExperimentScale) -> Bool {
    guard let experiment = Experiments.experiment(on: paper) else { return false }
    state.withLock { state in
      if let stage = state.statuses[paper]?.stage, stage == .running || stage == .waiting { return }
      state.statuses[paper] = Status(stage: .waiting, share: 0, text: "Waiting for its turn")
      state.changes += 1
      let before = state.last
      state.last = Task { [weak self] in
        await before?.value
        await self?.run(experiment, paper, scale)
      }
    }
    return true
  }

  /// Cancels all runs; what was measured is kept for the next start.
  func stop() { state.withLock { $0.last?.cancel() } }

  private func run(_ experiment: some Experiment, _ paper: PaperID, _ scale: ExperimentScale) async
  {
    show(paper, Status(stage: .running, share: 0, text: "Running"))
    do {
      try Task.checkCancellation()
      var runner = runner()
      runner.scale = scale
      let record = try await runner.run(experiment, seeds: nil) { progress in
        let text = "Runs finished: \(progress.finished) of \(progress.runs)"
        self.show(paper, Status(stage: .running, share: progress.share, text: text))
      }
      // A small run shows that the experiment works; it is no evidence, and replaces none.
      if scale == .full || (try? desk.evidence.record(of: paper)) == nil {
        try desk.evidence.write(record)
        try desk.updateCards()
      }
      runner.discardCheckpoints(of: experiment)
      let verdicts = record.findings.map { "\($0.claim.name): \($0.verdict.words)" }
      show(paper, Status(stage: .finished, share: 1, text: verdicts.joined(separator: "; ")))
    } catch {
      show(paper, Status(stage: .failed, share: 0, text: "\(error)"))
    }
  }

  private func show(_ paper: PaperID, _ status: Status) {
    state.withLock { state in
      state.statuses[paper] = status
      state.changes += 1
    }
  }
}
