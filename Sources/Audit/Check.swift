import Tensors

/// One question that an audit asks of a model.
///
/// A check measures and draws; the policy judges. A check that cannot run on a model throws, and the audit reports it
/// as skipped with that reason.
public protocol Check: Sendable {
  /// What the finding is called in files and on the command line.
  var id: String { get }
  /// What the finding is called in a report.
  var title: String { get }

  /// Measures; whoever judges fills in the status.
  ///
  /// - Throws: `CheckSkipped` or whatever stands in the way.
  func run(_ context: inout AuditContext) throws -> Finding
}

/// Why a check does not apply to a model or its data.
public struct CheckSkipped: Error, Hashable, CustomStringConvertible {
  public let description: String

  public init(_ reason: String) {
    description = reason
  }
}
