import Models
import Tensors

/// The convex loss whose gradient is sparsemax less the label: zero exactly where the label's score
/// leads all others by 1 or more.
///
/// With the threshold `t` and the support `S` of sparsemax, it is
/// `−z[y] + ½ Σ_S (z[j]² − t²) + ½`.
///
/// - Source: "From Softmax to Sparsemax: A Sparse Model of Attention and Multi-Label
///   Classification" (2016), equation 16.
public struct SparsemaxLoss: ScoreLoss, Hashable {
  public init() {}

  public func perExample(_ logits: Tensor, labels: Tensor) -> Tensor {
    let (scores, threshold, support) = logits.sparsemaxParts(axis: 1)
    let squares = ((scores.square() - threshold.square()) * support).sum(axes: [1])
    return squares * 0.5 - scores.entries(at: labels) + 0.5
  }
}
