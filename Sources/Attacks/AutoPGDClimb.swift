import Models
import Tensors

/// One start of `AutoPGD` for a batch of examples, each with its own step and its own best point.
///
/// Rows of all tensors but `result` and `isFooled` are those of the examples that still stand.
struct AutoPGDClimb {
  /// Where each example ended: a point that fools the model, or the one of highest loss.
  private(set) var result: Tensor
  /// Which examples are fooled there.
  private(set) var isFooled: Tensor

  private var rows: Tensor
  private var center: Tensor
  private var labels: Tensor
  private var targets: Tensor?
  private var point: Tensor
  private var previous: Tensor
  /// The point that the model was asked about last, and its decisions there.
  private var asked: Tensor
  private var decisions: Tensor
  private var gradient: Tensor
  private var loss: Tensor
  private var best: Tensor
  private var bestGradient: Tensor
  private var bestLoss: Tensor
  /// The length of a step, as a share of the set's size; shape `[rows]`.
  private var length: Tensor
  /// How often the loss rose since the last checkpoint.
  private var rises: Tensor
  private var bestLossAtCheck: Tensor
  private var wasHalved: Tensor
  /// For L1: the share of features that a step moves, and of those that the best point moves.
  private var moved: Tensor
  private var changed: Tensor

  private let steps: Int
  private let isSparse: Bool
  private let features: Double

  init(
    center: Tensor, start: Tensor, labels: Tensor, targets: Tensor?, steps: Int, isSparse: Bool
  ) {
    let count = center.size(0)
    (self.center, self.labels, self.targets) = (center, labels, targets)
    (self.steps, self.isSparse) = (steps, isSparse)
    features = Double(center.count / max(1, count))
    rows = Tensor.range(0..<count)
    (point, previous, asked, best, result) = (start, start, start, start, start)
    decisions = labels
    (gradient, bestGradient) = (start.zerosLike(), start.zerosLike())
    isFooled = Tensor.full(0, [count]).cast(to: .bool)
    let zeros = Tensor.zeros([count])
    (loss, bestLoss, bestLossAtCheck, rises) = (zeros, zeros, zeros, zeros)
    length = Tensor.full(isSparse ? 1 : 2, [count])
    wasHalved = Tensor.ones([count])
    (moved, changed) = (Tensor.full(0.2, [count]), Tensor.ones([count]))
  }

  /// Climbs all steps, or until no example stands.
  ///
  /// - Parameter values: the loss of each row, given scores, labels and targets.
  mutating func run(
    _ model: some GradientOracle, within set: some PerturbationSet,
    loss values: (Tensor, Tensor, Tensor?) -> Tensor
  ) throws {
    try evaluate(model, values)
    (best, bestGradient, bestLoss, bestLossAtCheck) = (point, gradient, loss, loss)
    dropFooled()
    var window = isSparse ? max(1, steps * 4 / 100) : max(1, steps * 22 / 100)
    let (shortest, shrinkage) = (max(1, steps * 6 / 100), max(1, steps * 3 / 100))
    var untilCheck = window
    for step in 0..<steps where rows.count > 0 {
      try Task.checkCancellation()
      move(within: set, keeping: step == 0 ? 0 : 0.25)
      // The public code asks of the first step whether the loss is above zero, and so does this.
      let before = step == 0 ? loss.zerosLike() : loss
      try evaluate(model, values)
      rises = rises + (loss .> before).cast(to: .float32)
      let isBest = loss .> bestLoss
      best = Tensor.choosing(point, where: point.aligned(isBest), otherwise: best)
      bestGradient = Tensor.choosing(
        gradient, where: point.aligned(isBest), otherwise: bestGradient)
      bestLoss = Tensor.choosing(loss, where: isBest, otherwise: bestLoss)
      untilCheck -= 1
      let isCheck = untilCheck == 0
      if isCheck {
        if isSparse { checkSparsity() } else { checkProgress(over: window) }
        if !isSparse { window = max(shortest, window - shrinkage) }
        untilCheck = window
      }
      dropFooled()
    }
    if rows.count > 0 { result = result.replacingRows(at: rows, with: best) }
  }

  /// Takes a step and a share of the one before.
  private mutating func move(within set: some PerturbationSet, keeping share: Double) {
    let direction = isSparse ? sparseStep(set.radius) : set.steepestStep(along: gradient)
    let ahead = set.projection(of: point + direction * point.aligned(length), around: center)
    // L1 steps have no momentum.
    let next =
      isSparse
      ? ahead
      : set.projection(
        of: point + (ahead - point) * (1 - share) + (point - previous) * share, around: center)
    (previous, point) = (point, next)
  }

  /// A move of length `radius` that is spread alike over the features of the largest gradients.
  private func sparseStep(_ radius: Float) -> Tensor {
    let flat = gradient.flattenedRows()
    let sorted = flat.magnitude().sorted(axis: 1).values
    let place = ((1 - moved) * features).clamped(to: 0...Float(features - 1)).cast(to: .int64)
    let threshold = sorted.gatheringElements(place.expandedDimension(at: 1), axis: 1)
    let signs = flat.sign() * (flat.magnitude() .>= threshold).cast(to: flat.dtype)
    let count = signs.magnitude().sum(axes: [1], keepingAxes: true).clamped(from: 1)
    return (signs * Double(radius) / count).reshaped(to: gradient.shape)
  }

  private mutating func evaluate(
    _ model: some GradientOracle, _ values: (Tensor, Tensor, Tensor?) -> Tensor
  ) throws {
    var losses: Tensor?
    let (logits, slope) = try model.logitsAndGradient(at: point) { logits in
      let each = values(logits, labels, targets)
      losses = each.detached()
      return each.sum()
    }
    (gradient, asked) = (slope.finite(), point)
    // A row without numbers is no progress.
    loss = losses!.replacing(with: losses!.filled(with: -.infinity), where: losses!.isNaN)
    decisions = logits.decisions()
  }

  /// Halves the steps of examples that oscillate or stand still, and takes them back to their best.
  private mutating func checkProgress(over window: Int) {
    let oscillates = rises .<= Double(window) * 0.75
    let standsStill = (wasHalved .== 0) .& (bestLossAtCheck .>= bestLoss)
    let isHalved = oscillates .| standsStill
    goBack(where: isHalved)
    length = Tensor.choosing(length * 0.5, where: isHalved, otherwise: length)
    wasHalved = isHalved.cast(to: .float32)
    bestLossAtCheck = bestLoss
    rises = rises.zerosLike()
  }

  /// Adapts how many features a step moves to the best point; where that did not grow sparser, the
  /// step is shortened, else it starts anew from the best point.
  private mutating func checkSparsity() {
    let now =
      ((best - center).flattenedRows() .!= 0).cast(to: .float32).sum(axes: [1]) / features
    let isSparser = now / changed.clamped(from: 1e-12) .< 0.95
    moved = now / 1.5
    length = Tensor.choosing(
      length.filled(with: 1), where: isSparser, otherwise: (length / 1.5).clamped(from: 0.1))
    goBack(where: isSparser)
    changed = now
  }

  private mutating func goBack(where isBack: Tensor) {
    point = Tensor.choosing(best, where: point.aligned(isBack), otherwise: point)
    gradient = Tensor.choosing(bestGradient, where: point.aligned(isBack), otherwise: gradient)
  }

  /// Lets examples go that the point just asked about fools.
  private mutating func dropFooled() {
    let gone = decisions .!= labels
    guard gone.any().booleans[0] else { return }
    let (out, left) = (gone.indicesOfTrue(), (!gone).indicesOfTrue())
    result = result.replacingRows(at: rows.gathering(out), with: asked.gathering(out))
    isFooled = isFooled.replacingRows(
      at: rows.gathering(out), with: Tensor.ones([out.count]).cast(to: .bool))
    func keep(_ tensor: inout Tensor) { tensor = tensor.gathering(left) }
    for path in Self.perRow { keep(&self[keyPath: path]) }
    targets = targets?.gathering(left)
  }

  /// Everything that has a row for each example that stands.
  private static var perRow: [WritableKeyPath<AutoPGDClimb, Tensor>] {
    [
      \.rows, \.center, \.labels, \.point, \.previous, \.gradient, \.loss, \.best, \.bestGradient,
      \.bestLoss, \.length, \.rises, \.bestLossAtCheck, \.wasHalved, \.moved, \.changed,
      \.decisions, \.asked,
    ]
  }
}
