import Datasets
import Foundation

/// Job arrays of Slurm: this program, once for each of several last words.
enum SlurmQueue {
  /// Slurm's usual limit of tasks in one array.
  static let largestArray = 1000

  /// Submits an array whose tasks run this program with `words` and one of `lastWords` each.
  ///
  /// - Parameters:
  ///   - script: where the array's script is written, beside which the tasks' logs will lie.
  ///   - concurrent: how many tasks may run at once.
  /// - Returns: the job's number.
  /// - Throws: `DataError.cannotWrite`, `ProgramFailed`.
  static func submit(
    _ words: [String], for lastWords: [String], name: String, script: String, concurrent: Int,
    threads: Int
  ) throws -> String {
    precondition(lastWords.count <= largestArray, "an array of \(lastWords.count) tasks")
    try AtomicFile.write(Data(text(words, lastWords).utf8), to: script)
    let folder = URL(fileURLWithPath: script).deletingLastPathComponent().path
    let output = try run([
      "sbatch", "--parsable", "--job-name=\(name)", "--array=1-\(lastWords.count)%\(concurrent)",
      "--cpus-per-task=\(threads)", "--requeue", "--output=\(folder)/%A-%a.log", script,
    ])
    let job = output.split(whereSeparator: { $0 == ";" || $0.isWhitespace }).first.map(String.init)
    guard let job, Int(job) != nil else {
      throw ProgramFailed(description: "sbatch: said '\(output)' instead of a job's number.")
    }
    return job
  }

  /// Whether one of the jobs waits or runs.
  static func isActive(_ jobs: [String]) -> Bool {
    // A job that Slurm has forgotten is an error of squeue, and over.
    jobs.contains { job in
      let output = try? run(["squeue", "--noheader", "--format=%T", "--jobs=\(job)"])
      return output?.contains { $0.isLetter } ?? false
    }
  }

  static func cancel(_ job: String) { _ = try? run(["scancel", job]) }

  private static func text(_ words: [String], _ lastWords: [String]) -> String {
    let quoted = ([Installation.executable] + words).map(quoted).joined(separator: " ")
    return """
      #!/bin/sh
      set -- \(lastWords.map(self.quoted).joined(separator: " "))
      shift $((SLURM_ARRAY_TASK_ID - 1))
      exec \(quoted) "$1"

      """
  }

  private static func quoted(_ word: String) -> String {
    "'" + word.replacingOccurrences(of: "'", with: "'\\''") + "'"
  }

  /// - Returns: what it printed.
  /// - Throws: `ProgramFailed` with its complaint.
  private static func run(_ words: [String]) throws -> String {
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
