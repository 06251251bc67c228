import Dispatch
import Synchronization

extension Backend {
  /// Does pieces of work side by side, each on one thread of its own.
  ///
  /// Operations on small tensors gain nothing by several threads, but pay for waking them.
  ///
  /// - Returns: the results, in the order of the pieces.
  public static func sideBySide<Piece: Sendable, Output: Sendable>(
    _ pieces: [Piece], _ work: @Sendable (Piece) -> Output
  ) -> [Output] {
    let count = threads
    guard count > 1 else { return pieces.map(work) }
    let results = Mutex<[Int: Output]>([:])
    DispatchQueue.concurrentPerform(iterations: pieces.count) { place in
      // How many threads an operation uses is known to each thread by itself.
      useThreads(1)
      defer { useThreads(count) }
      let output = work(pieces[place])
      results.withLock { $0[place] = output }
    }
    return results.withLock { found in pieces.indices.map { found[$0]! } }
  }
}
