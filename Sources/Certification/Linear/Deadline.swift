/// When work has to be over.
///
/// Loops ask before each piece of work, so that a deadline is passed by one piece at most.
struct Deadline: Sendable {
  /// Nil where there is no hurry.
  private let end: ContinuousClock.Instant?

  static let never = Deadline(end: nil)

  private init(end: ContinuousClock.Instant?) { self.end = end }

  init(seconds: Double) {
    // Longer than this is no limit; the clock cannot add any number.
    end = seconds < 1e9 ? .now + .seconds(seconds) : nil
  }

  /// A deadline after half of the time that is left.
  var halfway: Deadline {
    Deadline(end: end.map { .now + ContinuousClock.now.duration(to: $0) / 2 })
  }

  /// The earlier one.
  func limited(toSeconds seconds: Double) -> Deadline {
    let other = Deadline(seconds: seconds)
    guard let end, let otherEnd = other.end else { return end == nil ? other : self }
    return Deadline(end: min(end, otherEnd))
  }

  var isOver: Bool { end.map { .now >= $0 } ?? false }

  /// - Throws: `DeadlinePassed`, `CancellationError`.
  func check() throws {
    try Task.checkCancellation()
    if isOver { throw DeadlinePassed() }
  }
}

/// There is no time left.
struct DeadlinePassed: Error {}
