import Models
import Tensors

/// A linear classifier of two classes: label 1 where `weight · x + bias` is positive.
///
/// Smoothed, it has a known radius: the distance to its border.
struct HalfSpace: ScoreOracle {
  let weight: Tensor
  let bias: Double

  func logits(of inputs: Tensor) -> Tensor {
    let score = inputs.flattenedRows().matmul(weight.expandedDimension(at: 1)) + bias
    return .concatenating([score.zerosLike(), score], axis: 1)
  }

  /// The signed distance of each row from the border, positive where the label is 1.
  func distances(of inputs: Tensor) -> Tensor {
    (inputs.flattenedRows().matmul(weight) + bias) / weight.norm()
  }

  static func random(_ features: Int, using generator: inout Generator) -> HalfSpace {
    HalfSpace(weight: .normal([features], using: &generator), bias: 0)
  }
}
