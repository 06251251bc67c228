import Arguments
import Datasets
import Foundation

/// Verifies a list as Slurm job arrays: each task verifies one instance and puts its answer into
/// the store.
///
/// What is in the store is not computed again. Arrays that an earlier run left behind are waited
/// for; what they have not answered is submitted anew.
struct SlurmArray {
  /// The table of instances.
  let list: String
  let store: AnswerStore
  /// How many tasks may run at once.
  let jobs: Int
  let threads: Int
  let timeout: Double?

  private var jobFile: String { store.folder + "/jobs" }

  func verify(_ list: InstanceList, _ progress: ProgressLine) throws -> [AnswerRow] {
    try OutputPath.makeFolder(store.folder)
    var collector = Collector(list: list, store: store)
    try wait(for: earlierJobs, &collector, progress)
    for item in collector.missing { store.remove(item) }
    let missing = collector.missing
    for start in stride(from: 0, to: missing.count, by: SlurmQueue.largestArray) {
      let part = missing[start..<min(start + SlurmQueue.largestArray, missing.count)]
      let job = try submit(part.map(\.number), part: start / SlurmQueue.largestArray)
      try remember(job)
    }
    try wait(for: earlierJobs, &collector, progress)
    try AtomicFile.write(Data(), to: jobFile)
    return try collector.finish(progress)
  }

  // MARK: Jobs

  private var earlierJobs: [String] {
    let text = (try? String(contentsOfFile: jobFile, encoding: .utf8)) ?? ""
    return text.split(separator: "\n").map(String.init).filter { Int($0) != nil }
  }

  private func remember(_ job: String) throws {
    let text = (earlierJobs + [job]).joined(separator: "\n") + "\n"
    try AtomicFile.write(Data(text.utf8), to: jobFile)
  }

  /// - Returns: the job's number.
  private func submit(_ numbers: [Int], part: Int) throws -> String {
    var words = ["verify", "--instances", list, "--store", store.folder]
    words += ["--threads", "\(threads)", "--quiet"]
    if let timeout { words += ["--timeout", "\(timeout)"] }
    return try SlurmQueue.submit(
      words + ["--pick"], for: numbers.map(String.init), name: "assay-verify",
      script: "\(store.folder)/task-\(part).sh", concurrent: jobs, threads: threads)
  }

  private func wait(
    for jobs: [String], _ collector: inout Collector, _ progress: ProgressLine
  ) throws {
    repeat {
      try Task.checkCancellation()
      try collector.collect(progress)
      if collector.missing.isEmpty || !SlurmQueue.isActive(jobs) { break }
      Thread.sleep(forTimeInterval: 1)
    } while true
    // What the last tasks wrote between collecting and ending.
    try collector.collect(progress)
  }
}

/// Takes answers out of the store as they come.
private struct Collector {
  let list: InstanceList
  let store: AnswerStore
  private(set) var missing: [NumberedInstance]
  private var rows: [AnswerRow] = []

  init(list: InstanceList, store: AnswerStore) {
    (self.list, self.store, missing) = (list, store, list.open)
  }

  mutating func collect(_ progress: ProgressLine) throws {
    var left: [NumberedInstance] = []
    for item in missing {
      guard let row = store.answer(to: item), row.isFinal else {
        left.append(item)
        continue
      }
      try list.table.add(row)
      rows.append(row)
      list.show(row, done: rows.count, progress)
    }
    missing = left
  }

  /// What no task answered is an error, to be tried again by the next run.
  mutating func finish(_ progress: ProgressLine) throws -> [AnswerRow] {
    for item in missing {
      let row = AnswerRow(
        network: item.instance.network, property: item.instance.property, result: "error",
        seconds: 0)
      try list.table.add(row)
      rows.append(row)
      list.show(row, done: rows.count, progress)
    }
    return rows
  }
}
