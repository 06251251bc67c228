import Networks

extension Network {
  /// The most bytes that the values of one example may take at once.
  private static let exampleByteLimit = 1 << 30

  /// - Throws: `AuditError.tooLarge` if one example takes more memory than a file should decide on.
  public func checkBudget() throws(AuditError) {
    guard peakActivationBytes <= Self.exampleByteLimit else {
      throw .tooLarge(bytes: peakActivationBytes, limit: Self.exampleByteLimit)
    }
  }

  /// How many examples to evaluate at a time, so that their values stay within half a gibibyte.
  public func affordableBatch(atMost limit: Int) -> Int {
    max(1, min(limit, Self.exampleByteLimit / 2 / max(1, peakActivationBytes)))
  }
}
