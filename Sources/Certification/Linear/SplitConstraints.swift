import Tensors

/// Split constraints of one subdomain of a region: bounds of steps' values, tighter than those of
/// the region.
///
/// An infinite bound says nothing. A multiple of a constraint, which is nowhere negative, may be
/// subtracted from an objective: that makes it larger outside of the subdomain only.
///
/// - Shape: both bounds `[batch, 1] + step`, by step.
/// - Source: "Beta-CROWN: Efficient Bound Propagation with Per-neuron Split Constraints for
///   Complete and Incomplete Neural Network Robustness Verification" (2021), section 3.2, for
///   signs; "Neural Network Verification with Branch-and-Bound for General Nonlinearities" (2024),
///   section 3.1, for other points. Both bounds of a neuron share one multiplier β, which is
///   positive where it is the lower bound's and negative where it is the upper bound's: only one
///   can be of use.
struct SplitConstraints: Sendable {
  var bounds: [Int: Bounds] = [:]

  func cast(to dtype: DType) -> SplitConstraints {
    SplitConstraints(bounds: bounds.mapValues { $0.cast(to: dtype) })
  }

  /// Those of steps that are constrained.
  var known: SplitConstraints {
    SplitConstraints(
      bounds: bounds.filter {
        ($0.value.lower.isFinite .| $0.value.upper.isFinite).any().booleans[0]
      })
  }

  /// Bounds of a step, of shape `[batch] + step`, clamped to the constraints.
  func clamping(_ bounds: Bounds, of step: Int) -> Bounds {
    guard let known = self.bounds[step] else { return bounds }
    return Bounds(
      lower: bounds.lower.maximum(known.lower.squeezed(axes: [1])),
      upper: bounds.upper.minimum(known.upper.squeezed(axes: [1])))
  }

  /// The nearest admissible β: 0 where the bound that it belongs to is not known.
  func admitted(_ multipliers: Tensor, of step: Int) -> Tensor {
    bounds[step]!.admitted(multipliers)
  }

  /// What β adds to the constants of objectives, and the sum of the magnitudes of the terms.
  ///
  /// - Shape: `[batch, 1]`.
  func offset(of multipliers: Tensor, at step: Int) -> (sum: Tensor, size: Tensor) {
    let terms = multipliers * anchors(of: multipliers, at: step, otherwise: multipliers.zerosLike())
    let flat = terms.flattened(from: 2)
    return (flat.sum(axes: [2]), flat.magnitude().sum(axes: [2]))
  }

  /// The gradient in β of a bound whose minimizer takes these values.
  ///
  /// - Shape: `values` `[batch, rows] + step`; all rows of an example share its β.
  func gradient(of multipliers: Tensor, at step: Int, values: Tensor) -> Tensor {
    let known = bounds[step]!
    let inside = values.maximum(known.lower).minimum(known.upper)
    return (anchors(of: multipliers, at: step, otherwise: inside) - values)
      .sum(axes: [1], keepingAxes: true)
  }

  /// The bound that each multiplier belongs to.
  private func anchors(of multipliers: Tensor, at step: Int, otherwise rest: Tensor) -> Tensor {
    let known = bounds[step]!
    return Tensor.choosing(
      known.lower, where: multipliers .> 0,
      otherwise: .choosing(known.upper, where: multipliers .< 0, otherwise: rest))
  }
}

extension Bounds {
  /// The nearest admissible β: 0 where the bound that it belongs to is infinite.
  func admitted(_ multipliers: Tensor) -> Tensor {
    let none = multipliers.zerosLike()
    return Tensor.choosing(multipliers.relu(), where: lower.isFinite, otherwise: none)
      - Tensor.choosing((-multipliers).relu(), where: upper.isFinite, otherwise: none)
  }
}
