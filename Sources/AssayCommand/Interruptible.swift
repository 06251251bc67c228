import Arguments
import Dispatch
import Foundation
import Synchronization

/// Runs work that Ctrl-C cancels.
enum Interruptible {
  /// Runs `body` in a task and waits for it.
  ///
  /// The first interrupt cancels the task, the second ends the process.
  ///
  /// - Throws: what `body` throws; `CancellationError` after an interrupt.
  static func run(_ body: @escaping @Sendable () async throws -> Void) throws {
    let outcome = Mutex<Result<Void, any Error>?>(nil)
    let finished = DispatchSemaphore(value: 0)
    let task = Task.detached {
      do {
        try await body()
        outcome.withLock { $0 = .success(()) }
      } catch {
        outcome.withLock { $0 = .failure(error) }
      }
      finished.signal()
    }
    signal(SIGINT, SIG_IGN)
    let interrupts = DispatchSource.makeSignalSource(signal: SIGINT, queue: .global())
    interrupts.setEventHandler {
      if task.isCancelled { exit(ExitCode.interrupted.rawValue) }
      task.cancel()
    }
    interrupts.resume()
    finished.wait()
    interrupts.cancel()
    try outcome.withLock { $0 }!.get()
  }
}
