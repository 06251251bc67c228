import Networks
import Tensors

/// One method of a room on a user's model and data.
public protocol MethodTrial: Sendable {
  func run(_ context: inout AuditContext) throws -> TrialOutcome
}

/// What a method came to.
public struct TrialOutcome: Sendable {
  /// The numbers, pictures and words.
  public var finding: Finding
  /// What a user goes on with, by name, as it is written to an NPZ file.
  public var arrays: [String: Tensor] = [:]
  /// The model that came of it, if one did.
  public var network: Network?
}
