import Arguments
import Datasets
import Foundation

/// Settles a list as job arrays of Slurm: each task settles one instance and puts its answer into
/// the store.
///
/// What is in the store is not computed again. Arrays that an earlier run left behind are waited for;
/// what they have not answered is submitted anew.
struct SlurmArray {
  /// The table of instances.
  let list: String
  let store: AnswerStore
  /// How many tasks may run at once.
  let jobs: Int
  let threads: Int
  let timeout: Double?

  /// Slurm's usual limit of tasks in one array.
  private static let largestArray = 1000

  private var jobFile: String { store.folder + "/jobs" }

  func settle(_ list: InstanceList, _ progress: ProgressLine) throws -> [AnswerRow] {
    try OutputPath.makeFolder(store.folder)
    var collector = Collector(list: list, store: store)
    try wait(for: earlierJobs, &collector, progress)
    for item in collector.missing { store.remove(item) }
    let missing = collector.missing
    for start in stride(from: 0, to: missing.count, by: Self.largestArray) {
      let part = missing[start..<min(start + Self.largestArray, missing.count)]
      let job = try submit(part.map(\.number), part: start / Self.largestArray)
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
    let script = "\(store.folder)/task-\(part).sh"
    try AtomicFile.write(Data(text(of: numbers).utf8), to: script)
    let output = try SlurmProgram.run([
      "sbatch", "--parsable", "--job-name=assay-verify", "--array=1-\(numbers.count)%\(jobs)",
      "--cpus-per-task=\(threads)", "--requeue", "--output=\(store.folder)/%A-%a.log", script,
    ])
    let job = output.split(whereSeparator: { $0 == ";" || $0.isWhitespace }).first.map(String.init)
    guard let job, Int(job) != nil else {
      throw ProgramFailed(description: "sbatch: said '\(output)' instead of a job's number.")
    }
    return job
  }

  private func text(of numbers: [Int]) -> String {
    var words = [Installation.executable, "verify", "--instances", list, "--store", store.folder]
    words += ["--threads", "\(threads)", "--quiet"]
    if let timeout { words += ["--timeout", "\(timeout)"] }
    let quoted = words.map { "'" + $0.replacingOccurrences(of: "'", with: "'\\''") + "'" }
    return """
      #!/bin/sh
      set -- \(numbers.map(String.init).joined(separator: " "))
      shift $((SLURM_ARRAY_TASK_ID - 1))
      exec \(quoted.joined(separator: " ")) --pick "$1"

      """
  }

  private func wait(
    for jobs: [String], _ collector: inout Collector, _ progress: ProgressLine
  ) throws {
    repeat {
      try Task.checkCancellation()
      try collector.collect(progress)
      if collector.missing.isEmpty || !isActive(jobs) { break }
      Thread.sleep(forTimeInterval: 1)
    } while true
    // What the last tasks wrote between collecting and ending.
    try collector.collect(progress)
  }

  private func isActive(_ jobs: [String]) -> Bool {
    guard !jobs.isEmpty else { return false }
    // A job that Slurm has forgotten is an error of squeue, and over.
    return jobs.contains { job in
      let output = try? SlurmProgram.run(["squeue", "--noheader", "--format=%T", "--jobs=\(job)"])
      return output?.contains { $0.isLetter } ?? false
    }
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

/// A program of Slurm.
enum SlurmProgram {
  /// - Returns: what it printed.
  /// - Throws: `ProgramFailed` with its complaint.
  static func run(_ words: [String]) throws -> String {
    let process = Process()
    let (output, errors) = (Pipe(), Pipe())
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = words
    (process.standardOutput, process.standardError) = (output, errors)
    do { try process.run() } catch {
      throw ProgramFailed(description: "\(words[0]): cannot be started: \(error).")
    }
    let text = output.fileHandleForReading.readDataToEndOfFile()
    let complaint = errors.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      let lines = String(decoding: complaint, as: UTF8.self).split(separator: "\n")
      throw ProgramFailed(
        description: "\(words[0]): \(lines.last ?? "it failed without a word"). Is Slurm running?")
    }
    return String(decoding: text, as: UTF8.self)
  }
}
