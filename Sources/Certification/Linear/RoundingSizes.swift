import Networks
import Tensors

/// How large the numbers are that a pass adds up at each step, by which its rounding is measured.
///
/// - Source: "Accuracy and Stability of Numerical Algorithms" (2002), section 3.1.
struct RoundingSizes: Sendable {
  /// The largest magnitude of each step's value, of shape `[batch] + step`.
  let values: [Tensor]
  private let plan: RelaxationPlan

  init(_ plan: RelaxationPlan, values: [Tensor]) {
    (self.plan, self.values) = (plan, values)
  }

  /// The sizes for some of the examples.
  func rows(_ places: Tensor) -> RoundingSizes {
    RoundingSizes(plan, values: values.map { $0.gathering(places) })
  }

  /// The sum of the magnitudes of the terms that make a step's value, of shape
  /// `[batch, rows or 1] + step`.
  func gross(of index: Int, relaxation: StepRelaxation?) -> Tensor {
    let step = plan.steps[index]
    func value(_ place: Int) -> Tensor { values[step.operands[place]] }
    switch (step.rule, relaxation) {
    case (.affine(let map, let offset), _):
      let image = map.magnitude(of: value(0))
      return (offset.map { image + $0.magnitude() } ?? image).expandedDimension(at: 1)
    case (.sum, _): return (value(0) + value(1)).expandedDimension(at: 1)
    case (_, .planes(let planes)?):
      var size = planes.lowerIntercept.magnitude() + planes.upperIntercept.magnitude()
      for (place, (low, high)) in zip(planes.lowerSlopes, planes.upperSlopes).enumerated() {
        size += (low.magnitude() + high.magnitude()) * 2 * value(place).expandedDimension(at: 1)
      }
      return size
    case (_, .matmul(let planes)?):
      let inner = Double(planes.left.lower.size(-1) + 4)
      return (planes.left.magnitude.matmul(planes.right.magnitude) * inner).expandedDimension(at: 1)
    case (_, .box(let bounds)?): return bounds.magnitude.expandedDimension(at: 1)
    case (.source, _), (.constant, _), (.concatenation, _), (.activation, _), (.product, _),
      (.matmul, _), (.gate, _), (.choice, _), (.interval, _):
      return values[index].expandedDimension(at: 1)
    }
  }
}
