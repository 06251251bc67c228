import Arguments
import Tensors

/// What every command takes that computes for long.
struct MachineOptions: ParsableArguments {
  @Option(help: "The number of threads; all cores by default.")
  var threads: Int?

  @Flag(help: "Print nothing but results and errors.")
  var quiet = false

  func validate() throws {
    if let threads, threads < 1 || threads > 1024 {
      throw ValidationError("'--threads' must be from 1 to 1024, but is \(threads).")
    }
  }

  /// Runs `body` in a task of its own with these settings; Ctrl-C cancels it.
  func run(_ body: @escaping @Sendable (ProgressLine) async throws -> Void) throws {
    let (threads, progress) = (threads, ProgressLine(isQuiet: quiet))
    try Interruptible.run {
      if let threads { Backend.useThreads(threads) }
      defer { progress.end() }
      try await body(progress)
    }
  }
}
