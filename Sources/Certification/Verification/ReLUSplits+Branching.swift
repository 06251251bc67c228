import Networks
import Tensors

/// Branching: where subdomains are split.
extension ReLUSplits {
  /// Returns subdomains with the neuron that each is to be split at, and the rows of those without
  /// one.
  ///
  /// Of the neurons with the highest branching scores, the one is taken whose split raises the
  /// lower of both sides' bounds most.
  ///
  /// - `values`: the subdomains' bounds.
  func branched(
    _ batch: SubdomainBatch, _ bounds: LinearBounds, values: [Double]
  ) throws -> (subdomains: [Subdomain], rest: [Int]) {
    let (rows, splits) = branchingScores(traced(pressed(batch), bounds)).trials(candidates)
    let origin = traced(batch, bounds)
    var choices = [ReLUSplit?](repeating: nil, count: batch.count)
    var gains = [Double](repeating: -.infinity, count: batch.count)
    for start in stride(from: 0, to: rows.count, by: batchSize) {
      try root.deadline.check()
      let some = start..<min(start + batchSize, rows.count)
      let sides = bothSides(origin, Array(rows[some]), at: Array(splits[some]))
      for (offset, trial) in some.enumerated() {
        let row = rows[trial]
        let gain = Self.gain(sides[offset], sides[offset + some.count], over: values[row])
        if choices[row] == nil || gain > gains[row] {
          (choices[row], gains[row]) = (splits[trial], gain)
        }
      }
    }
    var subdomains: [Subdomain] = []
    for (row, choice) in choices.enumerated() {
      guard let choice else { continue }
      let one = batch.rows([row])
      subdomains.append(Subdomain(batch: one, bound: values[row], split: choice))
    }
    return (subdomains, choices.indices.filter { choices[$0] == nil })
  }

  /// How much both sides of a split gain over the bound before it.
  ///
  /// A side that is closed counts no more than closed; the product prefers splits that help both.
  ///
  /// - Source: "Branching rules revisited" (2005), section 4, for the product.
  private static func gain(_ first: Double, _ second: Double, over bound: Double) -> Double {
    guard bound < 0, bound.isFinite else { return min(first, 0) + min(second, 0) }
    func gain(_ side: Double) -> Double { max((min(side, 0) - bound) / -bound, 1e-6) }
    return gain(first) * gain(second)
  }

  /// Branching scores: what each neuron's relaxation costs the bounds of subdomains.
  private struct BranchingScores {
    /// `[subdomains, neurons]`; below 0 for neurons that cannot be split.
    var scores: Tensor
    var points: Tensor
    /// The steps whose elements the neurons are.
    var owners: [(step: Int, count: Int)]

    /// The splits to try, with the subdomain that each belongs to.
    func trials(_ most: Int) -> (rows: [Int], splits: [ReLUSplit]) {
      let count = min(most, scores.size(1))
      guard count > 0 else { return ([], []) }
      let best = scores.topElements(count, axis: 1)
      let costs = best.values.flattened().elements(as: Float.self)
      let places = best.indices.flattened().integers
      let cuts = points.gatheringElements(best.indices, axis: 1).flattened()
        .elements(as: Float.self)
      let tried = costs.indices.filter { costs[$0] >= 0 }
      return (
        tried.map { $0 / count },
        tried.map { trial in
          var (place, owner) = (places[trial], 0)
          while place >= owners[owner].count {
            place -= owners[owner].count
            owner += 1
          }
          return ReLUSplit(step: owners[owner].step, place: place, point: cuts[trial])
        }
      )
    }
  }

  private func branchingScores(_ some: TracedSubdomains) -> BranchingScores {
    let count = some.subdomains.count
    let values = some.pass.relaxedValues(at: some.minimizer, some.trace, before: target)
    var scores: [Tensor] = []
    var points: [Tensor] = []
    var owners: [(step: Int, count: Int)] = []
    for index in splittable {
      let operand = plan.steps[index].operands[0]
      guard let coefficients = some.trace.coefficients[index], let value = values[operand],
        case .planes(let planes)? = some.pass.relaxations[index],
        let bounds = some.bounds.intermediateBounds[operand],
        case .activation(let function) = plan.steps[index].rule
      else { continue }
      let isOpen = function.isSplittable(over: bounds).expandedDimension(at: 1)
      let loss = planes.loss(of: function, at: value, over: bounds, under: coefficients)
      let known = (loss * coefficients.magnitude()).replacing(
        with: Tensor(scalar: Float(-1)), where: !isOpen)
      scores.append(known.forEach(batch: count).flattened(from: 1))
      points.append(
        function.splitPoints(near: value, over: bounds).forEach(batch: count).flattened(from: 1)
      )
      owners.append((operand, plan.steps[operand].shape.count))
    }
    let none = Tensor.zeros([count, 0])
    return BranchingScores(
      scores: scores.isEmpty ? none : .concatenating(scores, axis: 1),
      points: points.isEmpty ? none : .concatenating(points, axis: 1), owners: owners)
  }

  /// Bounds of the upper sides, then of the lower ones, with the α that is there, not
  /// optimized.
  private func bothSides(
    _ origin: TracedSubdomains, _ rows: [Int], at splits: [ReLUSplit]
  ) -> [Double] {
    let (sides, bounds) = origin.split(rows, at: splits)
    return bounds.lowerBounds(
      of: objectives(of: sides), at: target, with: sides.parameters, constraints: sides.constraints
    ).flattened().elements(as: Double.self).map { $0.isNaN ? -.infinity : $0 }
  }
}

extension ElementwiseFunction {
  /// Where splitting the range of the argument makes the relaxation tighter.
  ///
  /// - Shape: that of the bounds.
  func isSplittable(over x: Bounds) -> Tensor {
    switch shape {
    case .kink(let kink):
      return kink.left == kink.right ? x.lower .!= x.lower : (x.lower .< 0) .& (x.upper .> 0)
    case .curve, .stepFunction, .sign:
      // In single precision too there are numbers between the bounds.
      return x.lower.isFinite .& x.upper.isFinite
        .& (x.upper - x.lower .> (x.magnitude * 1e-5 + 1e-6))
    }
  }

  /// The point at which each argument's range is cut: the kink; or, of a curve, where the
  /// relaxation takes the argument, but not near a bound.
  ///
  /// - Shape: `value` `[batch, 1] + step`, and so the result.
  fileprivate func splitPoints(near value: Tensor, over x: Bounds) -> Tensor {
    guard kink == nil else { return value.zerosLike() }
    let (low, high) = (x.lower.expandedDimension(at: 1), x.upper.expandedDimension(at: 1))
    let quarter = (high - low) * 0.25
    return value.maximum(low + quarter).minimum(high - quarter)
  }
}

extension Relaxation {
  /// What the relaxation loses for an objective with these coefficients, for each of them: at the
  /// minimizer, and a share of what it may lose elsewhere.
  ///
  /// - Shape: `value` and `coefficients` `[batch, 1] + step`, and so the result.
  fileprivate func loss(
    of function: ElementwiseFunction, at value: Tensor, over x: Bounds, under coefficients: Tensor
  ) -> Tensor {
    let height = function.evaluated(on: value)
    let isUnder = coefficients .> 0
    let under = height - lowerSlopes[0] * value - lowerIntercept
    let over = upperSlopes[0] * value + upperIntercept - height
    let here = Tensor.choosing(under, where: isUnder, otherwise: over)
    let most: Tensor
    if let kink = function.kink {
      let (low, high) = (x.lower.expandedDimension(at: 1), x.upper.expandedDimension(at: 1))
      most = Tensor.choosing(
        (-low).minimum(high) * (kink.right - kink.left), where: isUnder, otherwise: upperIntercept)
    } else {
      let gaps = gaps(of: function, over: x)
      most = Tensor.choosing(
        gaps.lower.expandedDimension(at: 1), where: isUnder,
        otherwise: gaps.upper.expandedDimension(at: 1))
    }
    return here.relu() + most * 0.3
  }
}
