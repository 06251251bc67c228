/// How far a paper of the catalogue is. It is computed, never typed in.
public enum PaperStatus: String, Sendable, Hashable, CaseIterable {
  /// There is no code for it.
  case listed
  /// An experiment calls public API that does what the paper says.
  case runs
  /// There is a record of the experiment at full scale, whatever it found.
  case tested

  /// - Parameters:
  ///   - methods: the public API that the paper's experiment names; empty if there is none.
  ///   - record: what was recorded for the paper.
  public init(methods: [String], record: EvidenceRecord?) {
    if methods.isEmpty {
      self = .listed
    } else {
      self = record?.scale == .full ? .tested : .runs
    }
  }
}
