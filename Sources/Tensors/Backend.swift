import CTorch

/// What the array library says of itself, and how many threads it may use.
public enum Backend {
  /// The version of libtorch that this build was compiled against.
  public static var version: String { String(cString: assay_torch_version()) }

  /// The number of threads that one operation may use.
  public static var threads: Int { Int(assay_threads()) }

  /// Sets how many threads one operation may use; call it once, before the first operation.
  ///
  /// - Precondition: `count` is positive.
  public static func useThreads(_ count: Int) {
    precondition(count > 0, "an operation needs at least one thread, not \(count)")
    assay_set_threads(Int32(count))
  }
}

/// Why the array library refused a call.
public struct BackendError: Error, Hashable, CustomStringConvertible {
  public let description: String

  /// The text of the failure that the shim met last on this thread.
  static func last() -> BackendError { BackendError(description: String(cString: assay_error())) }
}
