import Models
import Tensors

/// The lead of another class over the label, in units of the spread of the highest scores, so that a
/// model that multiplies its scores gains nothing.
///
/// Scores are taken as logits. With fewer classes than the ratio needs (three, four with targets) it
/// would be constant, and the lead alone is taken.
///
/// - Source: "Reliable evaluation of adversarial robustness with an ensemble of diverse
///   parameter-free attacks" (2020), equations 6 and 7.
enum LogitsRatioLoss {
  /// `(max z[k ≠ y] − z[y]) / (z(1) − z(3))`, of shape `[batch]`, where `z(i)` is the i-th highest.
  static func perExample(_ logits: Tensor, labels: Tensor) -> Tensor {
    let lead = ClassificationLoss.margin.perExample(logits, labels: labels)
    guard logits.size(1) > 2 else { return lead }
    let top = logits.topElements(3, axis: 1).values
    return lead / (top.selecting(0, axis: 1) - top.selecting(2, axis: 1) + 1e-12)
  }

  /// `(z[t] − z[y]) / (z(1) − (z(3) + z(4)) / 2)` for targets `t`, of shape `[batch]`.
  static func perExample(_ logits: Tensor, labels: Tensor, targets: Tensor) -> Tensor {
    let lead = logits.entries(at: targets) - logits.entries(at: labels)
    guard logits.size(1) > 3 else { return lead }
    let top = logits.topElements(4, axis: 1).values
    let low = (top.selecting(2, axis: 1) + top.selecting(3, axis: 1)) * 0.5
    return lead / (top.selecting(0, axis: 1) - low + 1e-12)
  }
}
