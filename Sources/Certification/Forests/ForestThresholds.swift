import Models
import Networks
import Tensors

/// Where boxes of inputs are cut so that decision trees, and other comparisons, fall apart: at
/// their thresholds.
///
/// Halves at other places never decide a comparison whose threshold they hold. On one side of a
/// threshold lies the number itself, on the other the next one of double precision: what lies
/// between the two takes the same branches as one of them.
struct ForestThresholds: Sendable {
  fileprivate struct Trees: Sendable {
    /// The ensemble that the comparisons are for, if they are for one.
    let forest: DecisionForest?
    /// The feature that each inner node compares; `[trees * inner]`.
    let features: Tensor
    /// The last number below each node's threshold, and the first above it.
    let left: Tensor
    let right: Tensor
    /// Whether comparisons hold below thresholds.
    let holdsBelow: Bool
  }

  private var trees: [Trees] = []

  /// - Returns: nil unless the input's only use is to be compared with known numbers, all of which
  ///   comparisons leave to the same side.
  init?(_ plan: RelaxationPlan) {
    let count = plan.steps[plan.source].shape.count
    var moved = [
      plan.source: Tensor.range(0..<count, dtype: .float64)
        .reshaped(to: [1] + plan.steps[plan.source].shape.sizes)
    ]
    var comparisons: [Int: (function: BinaryFunction, thresholds: Tensor, features: Tensor)] = [:]
    var forests: [Int: DecisionForest] = [:]
    for (index, step) in plan.steps.enumerated() {
      guard let operand = step.operands.first(where: { moved[$0] != nil }) else {
        if case .interval(let relaxation) = step.rule, case .forest(let forest) = relaxation.content
        {
          forests[step.operands[0]] = forest
        }
        continue
      }
      switch step.rule {
      case .affine(let map, offset: nil) where map.picksElements:
        moved[index] = map(moved[operand]!)
      case .interval(let relaxation):
        guard case .operation(.combine(let function), _, _) = relaxation.content,
          let thresholds = relaxation.constants[1], step.operands.count == 1
        else { return nil }
        let own = relaxation.output.constant(thresholds).broadcast(to: relaxation.output.sizes)
        comparisons[index] = (function, own, moved[operand]!)
      default: return nil
      }
    }
    for (index, comparison) in comparisons.sorted(by: { $0.key < $1.key }) {
      guard
        let own = Trees(
          forests[index], comparison.function, comparison.thresholds, comparison.features)
      else { return nil }
      trees.append(own)
    }
    guard !trees.isEmpty,
      Set(comparisons.values.map { [.lessOrEqual, .greater].contains($0.function) }).count == 1
    else { return nil }
  }

  /// How many numbers are needed for each subdomain of a box.
  var subdomainSize: Int {
    trees.reduce(1) { $0 + ($1.forest?.weights.count ?? 0) + $1.features.count }
  }

  /// The places to cut boxes at: of the nodes that a box reaches and does not decide, the one
  /// closest to the root of the tree whose value it knows least of.
  struct Places {
    /// `[subdomains, 1]`
    let features: Tensor
    let left: Tensor
    let right: Tensor
    /// Whether there is such a node; `[subdomains]`.
    let isFound: Tensor
  }

  /// - Shape: corners `[subdomains, features]`.
  func places(in box: Box) -> Places {
    let scores = Tensor.concatenating(trees.map { $0.scores(in: box) }, axis: 1)
    let best = scores.argmax(axis: 1)
    func pick(_ values: (Trees) -> Tensor) -> Tensor {
      Tensor.concatenating(trees.map(values)).gathering(best).expandedDimension(at: 1)
    }
    return Places(
      features: pick(\.features), left: pick(\.left), right: pick(\.right),
      isFound: scores.max(axes: [1]) .> 0)
  }
}

extension ForestThresholds.Trees {
  fileprivate init?(
    _ forest: DecisionForest?, _ function: BinaryFunction, _ thresholds: Tensor, _ features: Tensor
  ) {
    self.forest = forest
    let values = thresholds.flattened().elements(as: Double.self)
    guard values.allSatisfy(\.isFinite), values.count == features.count else { return nil }
    let keepsBelow: Bool
    switch function {
    case .lessOrEqual, .greater: keepsBelow = true
    case .less, .greaterOrEqual: keepsBelow = false
    default: return nil
    }
    holdsBelow = function == .less || function == .lessOrEqual
    left = Tensor(keepsBelow ? values : values.map(\.nextDown))
    right = Tensor(keepsBelow ? values.map(\.nextUp) : values)
    self.features = features.flattened().cast(to: .int64)
  }

  /// How much a cut at each node promises; `[subdomains, trees * inner]`.
  fileprivate func scores(in box: Box) -> Tensor {
    let (low, high) = (
      box.lower.gathering(features, axis: 1), box.upper.gathering(features, axis: 1)
    )
    let (isBelow, isAbove) = (high .<= left, low .>= right)
    let (sure, never) = holdsBelow ? (isBelow, isAbove) : (isAbove, isBelow)
    let isOpen = (!(sure .| never)).cast(to: .float64)
    guard let forest else { return isOpen }
    let decisions = Interval(
      lower: sure.cast(to: .float64), upper: (!never).cast(to: .float64))
    let reachable = forest.reachable(by: decisions)
    let ranges = forest.ranges(reachable)
    let gap = (ranges.upper - ranges.lower).sum(axes: [1])
    let paths = (forest.truePaths + forest.falsePaths).transposed()
    let isMet =
      reachable.cast(to: .float64).expandedDimension(at: 2).matmul(paths).squeezed(axes: [2]) .> 0
    let depth = (forest.depths * -0.6931471805599453).exp()
    let scores = (gap.expandedDimension(at: 2) * isMet.cast(to: .float64) * depth)
      .flattenedRows()
    return scores * isOpen
  }
}

extension AffineMap {
  /// Whether each element of the result is one of the operand's.
  fileprivate var picksElements: Bool {
    switch kind {
    case .reshape, .transpose, .general(.slice, _, _, _), .general(.broadcast, _, _, _),
      .general(.reverse, _, _, _), .general(.gather, _, _, constantIsFirst: false):
      true
    case .dense, .scale, .convolution, .general, .adjoint: false
    }
  }
}
