import Networks
import Tensors

extension Network {
  /// Returns how much a change of length 1 can raise a score of column `j` against one of row `i`.
  ///
  /// Where the network ends in a linear layer, the difference of two scores is bounded as one linear
  /// map of the features before it. Else two scores that are `K`-Lipschitz together differ by at most
  /// `√2 K` (or `2 K`, for the largest magnitude).
  ///
  /// - Shape: `[classes, classes]`.
  /// - Source: "Globally-Robust Neural Networks" (2021), section 3.
  /// - Throws: `NetworkError.unsupported`.
  func pairwiseReach(_ gains: some LinearGains) throws(NetworkError) -> Tensor {
    let last = graph.nodes[graph.output]
    guard let classes else {
      throw .unsupported(
        node: last.name, operation: last.operation.name, interpretation: "margins",
        hint: "The output is no row of scores for each example.")
    }
    if case .linear = last.operation, let weight = leafValue(last.operands[1]) {
      let factors = try lipschitzFactors(gains, to: last.operands[0])
      guard let factor = factors[last.operands[0]] else { return .zeros([classes, classes]) }
      let rows = weight.cast(to: factor.dtype)
      let differences = rows.expandedDimension(at: 0) - rows.expandedDimension(at: 1)
      return differences.norm(order: gains.norm == .l2 ? 2 : 1, axes: [2]) * factor
    }
    let factors = try lipschitzFactors(gains, to: graph.output)
    guard let factor = factors[graph.output] else { return .zeros([classes, classes]) }
    return Self.uniformReach(classes, norm: gains.norm) * factor
  }

  /// The reach of scores that are 1-Lipschitz together.
  static func uniformReach(_ classes: Int, norm: LipschitzNorm) -> Tensor {
    let largest = norm == .l2 ? 2.0.squareRoot() : 2
    return (1 - Tensor.identity(classes, dtype: .float64)) * largest
  }
}
