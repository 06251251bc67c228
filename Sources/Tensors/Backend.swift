import CTorch
import Dispatch
import Synchronization

/// What the array library says of itself, and how many threads it may use.
public enum Backend {
  /// The version of libtorch that this build was compiled against.
  public static var version: String { String(cString: assay_torch_version()) }

  /// The number of threads that one operation may use.
  public static var threads: Int { Int(assay_threads()) }

  /// Sets how many threads one operation of this thread may use.
  ///
  /// - Precondition: `count` is positive.
  public static func useThreads(_ count: Int) {
    precondition(count > 0, "an operation needs at least one thread, not \(count)")
    assay_set_threads(Int32(count))
  }

  /// Does pieces of work side by side, each on one thread of its own.
  ///
  /// Operations on small tensors gain nothing by several threads, but pay for waking them.
  ///
  /// - Returns: the results, in the order of the pieces.
  public static func sideBySide<Piece, Output>(
    _ pieces: [Piece], _ work: (Piece) -> Output
  ) -> [Output] {
    let count = threads
    guard count > 1, pieces.count > 1 else { return pieces.map(work) }
    useThreads(1)
    defer { useThreads(count) }
    return withoutActuallyEscaping(work) { work in
      let job = SideBySide(pieces: pieces, work: work)
      DispatchQueue.concurrentPerform(iterations: pieces.count) { place in
        useThreads(1)
        job.run(place)
      }
      return job.results
    }
  }

  /// Makes this process keep memory that tensors free, for the next ones, instead of giving it back
  /// to the system.
  ///
  /// Fresh memory costs a page fault every 4 KiB: measured on a vector of 270,000 numbers, adding
  /// takes ten times as long in fresh memory as in used. A program calls this once at its start; a
  /// library leaves the choice to its program.
  public static func keepFreedMemory() { assay_keep_freed_memory() }
}

/// Why the array library refused a call.
public struct BackendError: Error, Hashable, CustomStringConvertible {
  public let description: String

  /// The text of the failure that the shim met last on this thread.
  static func last() -> BackendError { BackendError(description: String(cString: assay_error())) }
}

/// Pieces of work and their results, each of which one thread touches.
private final class SideBySide<Piece, Output>: @unchecked Sendable {
  private let pieces: [Piece]
  private let work: (Piece) -> Output
  private var found: [Output?]
  private let lock = Mutex(())

  init(pieces: [Piece], work: @escaping (Piece) -> Output) {
    (self.pieces, self.work) = (pieces, work)
    found = pieces.map { _ in nil }
  }

  func run(_ place: Int) {
    let output = work(pieces[place])
    lock.withLock { _ in found[place] = output }
  }

  /// - Precondition: every piece has run.
  var results: [Output] { found.map { $0! } }
}
