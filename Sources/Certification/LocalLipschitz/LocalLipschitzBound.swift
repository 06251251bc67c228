import Models
import Networks
import Tensors

/// Local Lipschitz bounds of a network's outputs inside a perturbation set around each input.
public struct LocalLipschitzBound: Sendable {
  /// An upper bound for each output or row of a specification; `[batch, rows]`, infinite where
  /// nothing is known.
  ///
  /// Units: output per unit of the norm of the input.
  public let values: Tensor
  public let norm: LipschitzNorm
  /// What the bound was made by.
  public let method: String

  /// The largest of each example's rows; for the largest change of an output, the constant of the
  /// whole network. Shape `[batch]`.
  public var largest: Tensor { values.max(axes: [1]) }
}

extension Network {
  /// Returns bounds of the local Lipschitz constants of the outputs, or of linear functions of
  /// them.
  ///
  /// A row of the Jacobian is propagated through the chain rule, each derivative being bounded;
  /// linear bounds of the row's entries, and of the sum of their magnitudes, are propagated
  /// backward through that chain. With branching the input box is halved and the largest
  /// subdomain's bound counts.
  ///
  /// - Shape: `center` `[batch] + inputShape`.
  /// - `norm`: of the change of the input; `.linf` gives the sum of the derivatives' magnitudes,
  ///   `.l2` the root of the sum of their squares.
  /// - `branching`: how many more subdomains each example's box is cut into.
  /// - Soundness: for the Clarke Jacobian, which at a kink holds all derivatives between both
  ///   sides', in real arithmetic; computed in double precision, with rounding added.
  /// - Throws: `NetworkError.unsupported` for operations without a rule (pools of maxima are
  ///   compositions and have one; products of matrices that both vary have none); `inputMismatch`;
  ///   `CancellationError`.
  /// - Source: "Efficiently Computing Local Lipschitz Constants of Neural Networks via Bound
  ///   Propagation" (2022), sections 3.2 to 3.4. Deviations: branching halves the input box, not
  ///   neurons; derivatives of curves are bounded, independent of the input; the three entries of a row
  ///   whose magnitudes are relaxed most have every combination of signs instead.
  public func localLipschitzBound(
    over set: some PerturbationSet, around center: Tensor,
    of specification: LinearSpecification? = nil, norm: LipschitzNorm = .linf, branching: Int = 0
  ) throws -> LocalLipschitzBound {
    try checkInput(center)
    let plan = try RelaxationPlan(self)
    let output = plan.steps[plan.output].shape
    let rows =
      specification?.coefficients.cast(to: .float64) ?? .identity(output.count, dtype: .float64)
    let lipschitz = LocalLipschitz(plan: plan, norm: norm)
    let box = set.box(around: center).roundedOutward()
    let pieces = try (0..<center.size(0)).map { example in
      try lipschitz.bound(
        over: Box(lower: box.lower[example..<example + 1], upper: box.upper[example..<example + 1]),
        rows: rows.rank == 3 ? rows[example] : rows, branching: branching)
    }
    return LocalLipschitzBound(
      values: .concatenating(pieces), norm: norm,
      method: branching > 0 ? "jacobian bounds, \(branching) splits" : "jacobian bounds")
  }
}

/// Bounds of the rows of a network's Jacobian over boxes.
struct LocalLipschitz {
  let plan: RelaxationPlan
  let norm: LipschitzNorm

  private struct Subdomain {
    let box: Box
    var values: Tensor

    var height: Double { values.max().item() }
  }

  /// Halves the subdomain with the largest bound, along its widest feature, until the splits are
  /// spent.
  ///
  /// - Shape: corners `[1] + features`; the result is `[1, rows]`.
  func bound(over box: Box, rows: Tensor, branching: Int) throws -> Tensor {
    var subdomains = [Subdomain(box: box, values: try values(over: box, rows: rows))]
    for _ in 0..<branching {
      try Task.checkCancellation()
      let place = subdomains.indices.max { subdomains[$0].height < subdomains[$1].height }!
      let subdomain = subdomains.remove(at: place)
      for half in subdomain.box.halves {
        subdomains.append(Subdomain(box: half, values: try values(over: half, rows: rows)))
      }
      // A half is no steeper than the whole.
      for index in subdomains.indices.suffix(2) {
        subdomains[index].values = subdomains[index].values.minimum(subdomain.values)
      }
    }
    return subdomains.dropFirst().reduce(subdomains[0].values) { $0.maximum($1.values) }
  }

  /// - Shape: as `bound(over:rows:branching:)`.
  private func values(over box: Box, rows: Tensor) throws -> Tensor {
    let forward = try LinearBounds(plan, over: InputRegion(box))
    let count = rows.size(0)
    let adjoint = try AdjointPlan(of: plan, bounds: forward.intermediateBounds, rows: count).plan
    let start = rows.reshaped(to: [count] + plan.steps[plan.output].shape.sizes)
    let region = InputRegion(Box(lower: start, upper: start))
    let boxes = adjoint.boxes(over: region)
    let bounds = try LinearBounds(adjoint, over: region, boxes: boxes)
    let last = adjoint.output
    let entries = try bounds.bounds(of: last, within: boxes[last])
    let most = entries.magnitude.flattenedRows()
    let result: Tensor
    switch norm {
    case .linf:
      // The sum as a whole, each magnitude under its chord, is tighter than the sum of the largest.
      let whole = bounds.largestSumOfMagnitudes(at: last, within: entries)
      result = whole.minimum(most.sum(axes: [1]) * (1 + 1e-12))
        .replacing(with: most.sum(axes: [1]), where: whole.isNaN)
    case .l2: result = most.square().sum(axes: [1]).squareRoot() * (1 + 1e-12)
    }
    return result.replacing(with: Tensor(scalar: Double.infinity), where: result.isNaN)
      .expandedDimension(at: 0)
  }
}

extension LinearBounds {
  /// Bounds of a step that no relaxation needs.
  fileprivate func bounds(of step: Int, within box: Bounds) throws -> Bounds {
    let shape = plan.steps[step].shape
    let objectives = LinearObjectives.elements(
      .range(0..<shape.count), of: shape, dtype: plan.dtype)
    let least = region.minimum(of: inputObjectives(of: objectives, from: step))
    func half(_ start: Int) -> Tensor {
      least.narrowed(axis: 1, from: start, count: shape.count)
        .reshaped(to: [region.batch] + shape.sizes)
    }
    return Bounds(lower: half(0), upper: -half(shape.count)).meeting(box)
  }

  /// The most that the sum of the magnitudes of a step's elements can be; `[batch]`.
  ///
  /// Magnitudes lie under their chords, but for the three elements whose chords lie highest: these
  /// have every combination of signs, of which the worst counts.
  fileprivate func largestSumOfMagnitudes(at step: Int, within bounds: Bounds) -> Tensor {
    let chord = Relaxation.kink(Kink(left: -1, right: 1), over: bounds)
    let (slopes, intercepts) = (
      chord.upperSlopes[0].flattenedRows(), chord.upperIntercept.flattenedRows()
    )
    let count = min(3, slopes.size(1))
    // A chord of the magnitude is as far above it at 0 as its intercept says.
    let places = intercepts.topElements(count, axis: 1).indices
    let marks = places.oneHot(classes: slopes.size(1)).cast(to: slopes.dtype)
    let isUnder = 1 - marks.sum(axes: [1])
    let signs = Tensor(
      (0..<1 << count).flatMap { pattern in (0..<count).map { pattern >> $0 & 1 == 0 ? -1.0 : 1 } },
      shape: [1 << count, count]
    ).cast(to: slopes.dtype)
    let rows = (slopes * isUnder).expandedDimension(at: 1) + signs.matmul(marks)
    let rest = (intercepts * isUnder).sum(axes: [1], keepingAxes: true) * (1 + 1e-12)
    let objectives = LinearObjectives(
      coefficients: -rows.reshaped(
        to: [rows.size(0), rows.size(1)] + chord.upperSlopes[0].shape.dropFirst()),
      constants: -rest.broadcast(to: [rows.size(0), rows.size(1)]))
    return (-region.minimum(of: inputObjectives(of: objectives, from: step))).max(axes: [1])
  }
}

extension Box {
  /// Both halves along the widest feature.
  fileprivate var halves: [Box] {
    let width = (upper - lower).flattened()
    let place = width.argmax(axis: 0, keepingAxes: true)
    let middle = ((lower + upper) * 0.5).flattened().gathering(place)
    func cut(_ corner: Tensor) -> Tensor {
      corner.flattened().scattering(middle, at: place, axis: 0).reshaped(to: corner.shape)
    }
    return [Box(lower: lower, upper: cut(upper)), Box(lower: cut(lower), upper: upper)]
  }
}

extension RelaxationPlan {
  /// Boxes of all steps, for plans whose steps are no nodes of a graph.
  fileprivate func boxes(over region: InputRegion) -> [Bounds] {
    var boxes: [Bounds] = []
    for step in steps {
      let x = step.operands.map { boxes[$0] }
      let box: Bounds
      switch step.rule {
      case .source:
        box = Bounds(lower: region.center - region.spread, upper: region.center + region.spread)
      case .affine(let map, _):
        let (center, reach) = ((x[0].lower + x[0].upper) * 0.5, (x[0].upper - x[0].lower) * 0.5)
        let size = map.magnitude(of: center.magnitude() + reach) * Rounding.sum(map.terms + 10)
        let (middle, spread) = (map(center), map.magnitude(of: reach) + size)
        box = Bounds(lower: middle - spread, upper: middle + spread)
      case .sum:
        box = Bounds(lower: x[0].lower + x[1].lower, upper: x[0].upper + x[1].upper)
      case .gate(let factor):
        let corners = [
          factor.lower * x[0].lower, factor.lower * x[0].upper, factor.upper * x[0].lower,
          factor.upper * x[0].upper,
        ]
        box = Bounds(
          lower: corners.dropFirst().reduce(corners[0]) { $0.minimum($1) },
          upper: corners.dropFirst().reduce(corners[0]) { $0.maximum($1) })
      case .constant, .concatenation, .activation, .product, .matmul, .choice, .interval:
        preconditionFailure("a chain of derivatives has no such step")
      }
      let slack = box.magnitude * (8 * Rounding.unit)
      boxes.append(Bounds(lower: box.lower - slack, upper: box.upper + slack))
    }
    return boxes
  }
}
