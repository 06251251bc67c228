import CTorch

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
