import Tensors

/// What is known of the values that steps take in one part of a region: ranges that they lie in,
/// narrower than bounds of the region say.
///
/// An infinite end says nothing. A multiple of what is known, which is nowhere negative, may be
/// subtracted from a form: that makes it larger outside of the part only.
///
/// - Shape: both ends `[batch, 1] + step`, by step.
/// - Source: "Beta-CROWN: Efficient Bound Propagation with Per-neuron Split Constraints for Complete
///   and Incomplete Neural Network Robustness Verification" (2021), section 3.2, for signs;
///   "Neural Network Verification with Branch-and-Bound for General Nonlinearities" (2024), section
///   3.1, for other points. Both ends of a neuron share one multiplier, which is positive where it
///   is the lower end's and negative where it is the upper end's: only one can be of use.
struct NeuronRanges: Sendable {
  var ends: [Int: Ends] = [:]

  func cast(to dtype: DType) -> NeuronRanges {
    NeuronRanges(ends: ends.mapValues { $0.cast(to: dtype) })
  }

  /// Those of steps that something is known of.
  var known: NeuronRanges {
    NeuronRanges(
      ends: ends.filter { ($0.value.lower.isFinite .| $0.value.upper.isFinite).any().booleans[0] })
  }

  /// Bounds of a step, of shape `[batch] + step`, cut to what is known.
  func narrowing(_ bounds: Ends, of step: Int) -> Ends {
    guard let known = ends[step] else { return bounds }
    return Ends(
      lower: bounds.lower.maximum(known.lower.squeezed(axes: [1])),
      upper: bounds.upper.minimum(known.upper.squeezed(axes: [1])))
  }

  /// The number nearest to each multiplier that belongs to an end that is known.
  func admitted(_ multipliers: Tensor, of step: Int) -> Tensor { ends[step]!.admitted(multipliers) }

  /// What multipliers add to the constants of forms, and the sum of the magnitudes of the terms.
  ///
  /// - Shape: `[batch, 1]`.
  func offset(of multipliers: Tensor, at step: Int) -> (sum: Tensor, size: Tensor) {
    let terms = multipliers * anchors(of: multipliers, at: step, otherwise: multipliers.zerosLike())
    let flat = terms.flattened(from: 2)
    return (flat.sum(axes: [2]), flat.magnitude().sum(axes: [2]))
  }

  /// The slopes in the multipliers of a bound that takes these values at its minimizer.
  ///
  /// - Shape: `values` `[batch, rows] + step`; all rows of an example share its multipliers.
  func slopes(of multipliers: Tensor, at step: Int, values: Tensor) -> Tensor {
    let known = ends[step]!
    let inside = values.maximum(known.lower).minimum(known.upper)
    return (anchors(of: multipliers, at: step, otherwise: inside) - values)
      .sum(axes: [1], keepingAxes: true)
  }

  /// The end that each multiplier belongs to.
  private func anchors(of multipliers: Tensor, at step: Int, otherwise rest: Tensor) -> Tensor {
    let known = ends[step]!
    return Tensor.choosing(
      known.lower, where: multipliers .> 0,
      otherwise: .choosing(known.upper, where: multipliers .< 0, otherwise: rest))
  }
}

extension Ends {
  /// The number nearest to each multiplier that belongs to an end that is not infinite.
  func admitted(_ multipliers: Tensor) -> Tensor {
    let none = multipliers.zerosLike()
    return Tensor.choosing(multipliers.relu(), where: lower.isFinite, otherwise: none)
      - Tensor.choosing((-multipliers).relu(), where: upper.isFinite, otherwise: none)
  }
}
