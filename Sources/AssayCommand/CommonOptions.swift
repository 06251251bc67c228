import Arguments
import Foundation
import Tensors

/// What every command that computes takes.
struct ComputeOptions: ParsableArguments {
  @Option(help: "The seed of everything that is drawn at random.")
  var seed: UInt64 = 0

  @Option(help: "How many threads one operation may use; all cores if nothing is said.")
  var threads: Int?

  @Flag(help: "Say nothing but results and errors.")
  var quiet = false

  func validate() throws {
    if let threads, threads < 1 || threads > 1024 {
      throw ValidationError("'--threads' must be from 1 to 1024, but is \(threads).")
    }
  }

  /// Runs `body` on a thread of its own with these settings; Ctrl-C cancels it.
  func run(_ body: @escaping @Sendable (ProgressLine) throws -> Void) throws {
    let (threads, progress) = (threads, ProgressLine(isQuiet: quiet))
    try Interruptible.run {
      if let threads { Backend.useThreads(threads) }
      defer { progress.end() }
      try body(progress)
    }
  }
}

/// Numbers separated by commas.
struct NumberList: ExpressibleByArgument, Sendable {
  let values: [Float]

  init?(argument: String) {
    let parts = argument.split(separator: ",", omittingEmptySubsequences: false)
    let numbers = parts.compactMap { Float($0.trimmingCharacters(in: .whitespaces)) }
    guard !numbers.isEmpty, numbers.count == parts.count else { return nil }
    values = numbers
  }
}

/// Words separated by commas.
struct WordList: ExpressibleByArgument, Sendable {
  let words: [String]

  init?(argument: String) {
    words = argument.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
    if words.isEmpty { return nil }
  }
}
