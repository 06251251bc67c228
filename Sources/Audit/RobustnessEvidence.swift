import Tensors

/// What a robustness check found out at one radius after another, for the same examples.
public struct RobustnessEvidence: Sendable {
  public let norm: String
  /// Ascending.
  public let radii: [Float]
  /// For each radius, for each example: fooled by the attack, or certified.
  public let marks: [[Bool]]
  /// The examples, for those who show them.
  let sample: Sample
  /// For each example that was fooled the point that fooled it first; nil for certificates.
  let candidates: Tensor?
  /// The bounds that certificates rest on, by name.
  var methods: [String] = []

  /// The number of examples.
  var count: Int { sample.count }

  /// The place in `radii` where an example is first marked.
  func firstMark(of example: Int) -> Int? { marks.firstIndex { $0[example] } }
}
