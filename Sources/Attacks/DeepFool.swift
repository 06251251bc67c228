import Methods
import Models
import Tensors

/// Looks for the shortest move that changes a decision: it takes the scores for linear, moves to
/// the nearest of the borders to other classes, and repeats that until the decision is another.
///
/// With `f` the scores, `y` the label and `w[k]` the gradient of `f[k] − f[y]`, the attack goes for
/// the class `k` with the least `|f[k] − f[y]| / ‖w[k]‖` in the dual norm: by
/// `|f[k] − f[y]| / ‖w[k]‖² · w[k]` in the Euclidean norm, and by
/// `|f[k] − f[y]| / ‖w[k]‖₁ · sign w[k]` in the largest change.
///
/// - Complexity: at most `steps` rounds of one gradient query an example for the label and for each
///   candidate class, and two further queries.
/// - Source: "DeepFool: a simple and accurate method to fool deep neural networks" (2016),
///   algorithm 2 and section 3.3. As in the authors' code, every point on the way lies at
///   `1 + overshoot` times the sum of the moves, each of them a little longer than to the border,
///   and only the classes that score highest at the input are gone for.
public struct DeepFool: GradientAttack, Hashable {
  /// What makes a move short.
  public enum Norm: String, Sendable, Hashable, CaseIterable {
    case l2, linf
  }

  public var norm: Norm
  public var steps: Int
  /// How much farther than the sum of the moves a point lies, as a share of it.
  public var overshoot: Double
  /// What is added to the length of each move, so that moves cut short by the domain get across.
  public var extraLength: Double
  /// How many other classes are gone for, those that score highest at the input; nil for all.
  public var candidates: Int?
  /// The values that a feature may take.
  public var domain: ClosedRange<Float>
  /// The number of examples attacked at a time.
  public var batchSize: Int

  public init(
    norm: Norm = .l2, steps: Int = 50, overshoot: Double = 0.02, extraLength: Double = 1e-4,
    candidates: Int? = 9,
    domain: ClosedRange<Float> = 0...1, batchSize: Int = 128
  ) {
    precondition(
      steps > 0 && batchSize > 0 && candidates ?? 1 > 0,
      "steps, candidates and batchSize are positive")
    precondition(overshoot >= 0 && extraLength >= 0, "overshoot and extra are not negative")
    (self.norm, self.steps, self.overshoot) = (norm, steps, overshoot)
    (self.extraLength, self.candidates, self.domain, self.batchSize) = (
      extraLength, candidates, domain, batchSize
    )
  }

  public init() { self.init(norm: .l2) }

  public static let description = MethodDescription<Self>(
    "deepfool", "The shortest move across a border of linearized scores.",
    family: "minimal perturbation", origin: .paper("deepfool"),
    settings: [
      .choice(
        "norm", \.norm, "The norm in which moves are short, for sets but balls of L∞ and L2."),
      .integer("steps", \.steps, 1...100_000, "How often to linearize."),
      .number(
        "overshoot", \.overshoot, .within(0...100),
        "How much farther than the sum of the moves to go, as a share of it."),
      .number(
        "extra-length", \.extraLength, .within(0...1e6), "What is added to the length of a move."),
      .integer(
        "candidates", \.candidates, 1...1_000_000, orWord: "all",
        "How many other classes to go for, the highest-scoring ones."),
    ])

  /// A copy for the label and for each class to go for.
  public func rowsPerExample(classes: Int) -> Int { min(candidates ?? classes, classes) + 1 }

  /// Returns where the shortest moves end, in the domain of `set`, projected onto it: an example
  /// withstands where the move found is longer than the set is wide. Balls of L∞ and L2 have the
  /// norm of their own; for other sets moves are short in `norm`.
  public func candidates(
    _ model: some GradientOracle, from inputs: Tensor, labels: Tensor,
    within set: some PerturbationSet, using generator: inout some RandomNumberGenerator
  ) throws -> Tensor {
    var attack = self
    attack.domain = set.domain
    if set is LinfBall { attack.norm = .linf }
    if set is L2Ball { attack.norm = .l2 }
    let points = try attack.approach(model, from: inputs, labels: labels)
    return set.projection(of: points, around: inputs)
  }

  /// Moves every row until the model decides otherwise than its label, and asks the model again
  /// what it decides. Rows that are misclassified already stay where they are.
  ///
  /// - Shape: `inputs` `[batch] + features`, `labels` `[batch]` of `int64`.
  /// - `report`: is called with the share of the work that is done.
  /// - Throws: what the model throws, and `CancellationError` when the task is cancelled.
  public func callAsFunction(
    _ model: some GradientOracle, on inputs: Tensor, labels: Tensor,
    report: (Double) -> Void = { _ in }
  ) throws -> MinimalPerturbations {
    let meter = QueryMeter(model)
    let total = inputs.size(0)
    var points: [Tensor] = []
    for start in stride(from: 0, to: total, by: batchSize) {
      let rows = start..<min(start + batchSize, total)
      points.append(try approach(meter, from: inputs[rows], labels: labels[rows]))
      report(Double(rows.upperBound) / Double(total))
    }
    let joined = Tensor.concatenating(points)
    let decisions = try stride(from: 0, to: total, by: batchSize).flatMap { start in
      try meter.labels(of: joined[start..<min(start + batchSize, total)])
    }
    let isLegal = ((joined .>= domain.lowerBound) .& (joined .<= domain.upperBound))
      .flattenedRows().all(axes: [1]).booleans
    let fooled = zip(zip(decisions, labels.integers), isLegal).map { $0.0 != $0.1 && $1 }
    let order = norm == .l2 ? 2 : Double.infinity
    return MinimalPerturbations(
      candidates: joined, fooled: fooled, distances: (joined - inputs).rowNorms(order: order),
      sizes: inputs.rowNorms(order: order), queries: meter.queries)
  }

  /// Returns, for each row, the first point on the way that is misclassified, or the last one.
  private func approach(
    _ model: some GradientOracle, from inputs: Tensor, labels: Tensor
  ) throws -> Tensor {
    var found = inputs.clamped(to: domain)
    let logits = try model.logits(of: found)
    let others = min(candidates ?? Int.max, logits.size(1) - 1)
    let isOwn = labels.oneHot(classes: logits.size(1)).cast(to: .bool)
    let hidden = logits.replacing(with: Tensor(scalar: -Float.infinity), where: isOwn)
    // The label first, then the classes to go for: [batch, 1 + others].
    var classes = Tensor.concatenating(
      [labels.expandedDimension(at: 1), hidden.topElements(others, axis: 1).indices], axis: 1)
    var active = (logits.decisions() .== labels).nonzeroIndices().squeezed(axes: [1])
    var (start, sum) = (inputs.gathering(active), inputs.gathering(active).zerosLike())
    classes = classes.gathering(active)
    var point = found.gathering(active)
    for _ in 0..<steps where active.count > 0 {
      try Task.checkCancellation()
      sum = sum + (try move(model, at: point, classes: classes))
      point = (start + sum * (1 + overshoot)).clamped(to: domain)
      found = found.replacingRows(at: active, with: point)
      let isLeft = try Tensor(model.labels(of: point)) .== classes.selecting(0, axis: 1)
      guard !isLeft.all().booleans[0] else { continue }
      let left = isLeft.nonzeroIndices().squeezed(axes: [1])
      (start, sum, point) = (start.gathering(left), sum.gathering(left), point.gathering(left))
      (active, classes) = (active.gathering(left), classes.gathering(left))
    }
    return found
  }

  /// Returns the shortest move, for each row, to the border of one of the candidate classes, if
  /// scores were linear.
  private func move(
    _ model: some GradientOracle, at points: Tensor, classes: Tensor
  ) throws -> Tensor {
    let (rows, each) = (points.size(0), classes.size(1))
    let targets = classes.flattened()
    // All gradients in one query: a copy of the row for each of its classes.
    let (logits, gradients) = try model.logitsAndGradient(
      at: points.repeatingElements(each, axis: 0)
    ) {
      $0.entries(at: targets).sum()
    }
    let scores = logits.entries(at: targets).reshaped(to: [rows, each])
    let gaps = (scores.narrowed(axis: 1, from: 1, count: each - 1) - scores[column: 0]).magnitude()
    let all = gradients.replacing(with: gradients.zerosLike(), where: !gradients.isFinite)
      .reshaped(to: [rows, each, -1])
    let normals =
      all.narrowed(axis: 1, from: 1, count: each - 1) - all.narrowed(axis: 1, from: 0, count: 1)
    let sizes = normals.norm(order: norm == .l2 ? 2 : 1, axes: [2]).clamped(from: 1e-30)
    let distances = gaps / sizes
    let nearest = distances.argmin(axis: 1, keepingAxes: true)
    let length = distances.gatheringElements(nearest, axis: 1) + extraLength
    let place = nearest.expandedDimension(at: 2).broadcast(to: [rows, 1, normals.size(2)])
    let normal = normals.gatheringElements(place, axis: 1).squeezed(axes: [1])
    let direction =
      switch norm {
      case .l2: normal / sizes.gatheringElements(nearest, axis: 1)
      case .linf: normal.sign()
      }
    return (direction * length).reshaped(to: points.shape)
  }
}

/// How near to each input a wrong decision was found.
public struct MinimalPerturbations: Sendable {
  /// One point for each row, a fooling one where one was found.
  public let candidates: Tensor
  /// Whether the model, asked again, misclassifies it there.
  public let fooled: [Bool]
  /// How far each point is from its input, in the attack's norm; shape `[batch]`.
  public let distances: Tensor
  /// The norm of each input; shape `[batch]`.
  public let sizes: Tensor
  /// How many rows were asked of the model.
  public let queries: Int

  /// The mean distance as a share of the input's size, over the rows that were fooled and moved;
  /// nil if there is none.
  ///
  /// - Source: "DeepFool: a simple and accurate method to fool deep neural networks" (2016),
  ///   equation 1 in section 4.
  public var averageRobustness: Estimate? {
    let isMoved = Tensor(fooled) .& (distances .> 0)
    guard isMoved.any().booleans[0] else { return nil }
    return .mean(of: (distances / sizes.clamped(from: 1e-30)).masked(by: isMoved))
  }
}

extension Tensor {
  fileprivate func rowNorms(order: Double) -> Tensor {
    flattenedRows().norm(order: order, axes: [1])
  }

  /// One column, which stays an axis.
  fileprivate subscript(column index: Int) -> Tensor { narrowed(axis: 1, from: index, count: 1) }
}
