import Arguments
import Datasets
import Foundation
import Synchronization
import Tensors

extension VerifyCommand {
  /// The folder that paths of instances start from.
  private var folder: String {
    URL(fileURLWithPath: instances!).deletingLastPathComponent().path
  }

  /// The chosen instances, each with its number in the list, from 1.
  private func chosen() throws -> [NumberedInstance] {
    let all = try VerificationInstance.list(path: instances!, timeout: timeout)
    let named = all.enumerated().map { NumberedInstance(number: $0.offset + 1, $0.element) }
      .filter { item in
        only?.words.contains { item.instance.name.contains($0) } ?? true
      }
    guard !named.isEmpty else {
      throw InstanceListError(path: instances!, line: 1, reason: "has no instance of that name")
    }
    return limit.map { Array(named.prefix($0)) } ?? named
  }

  func verifyList(_ progress: ProgressLine) async throws {
    let chosen = try chosen()
    let expected = try expected.map(ExpectedAnswer.table) ?? [:]
    let table = try AnswerTable(path: out)
    let answered = Set(table.known.map(\.name))
    let open = chosen.filter { !answered.contains($0.instance.name) }
    let list = InstanceList(open: open, total: chosen.count, folder: folder, table: table)
    let fresh: [AnswerRow]
    switch engine {
    case .local:
      if machine.threads == nil, jobs > 1 {
        Backend.useThreads(max(1, ProcessInfo.processInfo.activeProcessorCount / jobs))
      }
      fresh = try await list.verify(jobs: jobs, progress)
    case .slurm:
      let array = SlurmArray(
        list: URL(fileURLWithPath: instances!).path, store: AnswerStore(folder: storeFolder),
        jobs: jobs, threads: machine.threads ?? 1, timeout: timeout)
      fresh = try array.verify(list, progress)
    }
    progress.end()
    let names = Set(chosen.map(\.instance.name))
    let summary = AnswerSummary(
      rows: table.known.filter { names.contains($0.name) } + fresh, total: chosen.count,
      expected: expected)
    print(summary.text)
    if !summary.disagreements.isEmpty { throw ExitCode.policyFailure }
    if fresh.contains(where: { !$0.isFinal }) { throw ExitCode(2) }
  }

  private var storeFolder: String { store ?? out! + ".store" }

  /// Verifies one instance of the list on behalf of a job array.
  func verifyPicked(_ number: Int) throws {
    let all = try VerificationInstance.list(path: instances!, timeout: timeout)
    guard number <= all.count else {
      throw InstanceListError(
        path: instances!, line: all.count, reason: "is the last; there is no number \(number)")
    }
    let store = AnswerStore(folder: storeFolder)
    try OutputPath.makeFolder(store.folder)
    let item = NumberedInstance(number: number, all[number - 1])
    let solver = InstanceSolver(folder: folder)
    try store.put(try InstanceList.row(item.instance, by: solver), for: item)
  }
}

/// An instance and its place in the list, from 1.
struct NumberedInstance: Sendable {
  let number: Int
  let instance: VerificationInstance

  init(number: Int, _ instance: VerificationInstance) {
    (self.number, self.instance) = (number, instance)
  }
}

/// Instances that have no answer yet.
struct InstanceList: Sendable {
  let open: [NumberedInstance]
  let total: Int
  let folder: String
  let table: AnswerTable

  /// Verifies all here, so many at once; each worker keeps the network it read last.
  func verify(jobs: Int, _ progress: ProgressLine) async throws -> [AnswerRow] {
    let work = Work()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<min(jobs, max(1, open.count)) {
        group.addTask { try verify(work, progress) }
      }
      try await group.waitForAll()
    }
    return work.rows
  }

  /// Verifies instances until none is left.
  private func verify(_ work: Work, _ progress: ProgressLine) throws {
    let solver = InstanceSolver(folder: folder)
    while let item = work.next(of: open) {
      try Task.checkCancellation()
      let row = try Self.row(item.instance, by: solver)
      try table.add(row)
      show(row, done: work.add(row), progress)
    }
  }

  /// What workers share: the place in the list, and the rows so far.
  private final class Work: Sendable {
    private let state = Mutex((place: 0, rows: [AnswerRow]()))

    var rows: [AnswerRow] { state.withLock { $0.rows } }

    func next(of items: [NumberedInstance]) -> NumberedInstance? {
      state.withLock { state in
        guard state.place < items.count else { return nil }
        state.place += 1
        return items[state.place - 1]
      }
    }

    /// - Returns: how many rows there are.
    func add(_ row: AnswerRow) -> Int {
      state.withLock { state in
        state.rows.append(row)
        return state.rows.count
      }
    }
  }

  func show(_ row: AnswerRow, done: Int, _ progress: ProgressLine) {
    let count = total - open.count + done
    let seconds = String(format: "%.2f", row.seconds)
    progress.show(
      Double(count) / Double(total),
      "\(count)/\(total) \(row.network) \(row.property): \(row.result) \(seconds) s")
  }

  /// The answer to an instance; one that cannot be run is an `error`, and why is said at once.
  static func row(_ instance: VerificationInstance, by solver: InstanceSolver) throws -> AnswerRow {
    let start = ContinuousClock.now
    let result: String
    do {
      result = try solver.answer(instance).outcome.name
    } catch let error as CancellationError {
      throw error
    } catch {
      let line = "\(instance.network) \(instance.property): \(error)\n"
      try? FileHandle.standardError.write(contentsOf: Data(line.utf8))
      result = "error"
    }
    return AnswerRow(
      network: instance.network, property: instance.property, result: result,
      seconds: (ContinuousClock.now - start) / .seconds(1))
  }
}
