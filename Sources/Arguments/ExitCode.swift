/// How a process ends; thrown from `run()`, it ends the process without a message.
public struct ExitCode: Error, Sendable, Hashable, RawRepresentable {
  public var rawValue: Int32
  public init(rawValue: Int32) { self.rawValue = rawValue }
  public init(_ rawValue: Int32) { self.rawValue = rawValue }

  public static let success = ExitCode(0)
  /// The work was done, and its result does not meet the policy.
  public static let policyFailure = ExitCode(1)
  /// The command line is wrong (`EX_USAGE`).
  public static let usage = ExitCode(64)
  /// The input is wrong (`EX_DATAERR`).
  public static let dataError = ExitCode(65)
  /// The input is missing or cannot be read (`EX_NOINPUT`).
  public static let noInput = ExitCode(66)
  /// Something that is needed is not there for us (`EX_UNAVAILABLE`).
  public static let unavailable = ExitCode(69)
  /// Something went wrong inside (`EX_SOFTWARE`).
  public static let `internal` = ExitCode(70)
  /// An output cannot be written (`EX_CANTCREAT`).
  public static let cantCreate = ExitCode(73)
  /// It may work later: a server or another process is busy (`EX_TEMPFAIL`).
  public static let temporaryFailure = ExitCode(75)
  /// Stopped by the user, as by Ctrl-C.
  public static let interrupted = ExitCode(130)

  public var isSuccess: Bool { self == .success }
}

/// An error that knows the exit code it should end the process with.
public protocol ExitCoding: Error {
  var exitCode: ExitCode { get }
}
