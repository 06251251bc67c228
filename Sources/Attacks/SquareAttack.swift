import Foundation
import Methods
import Models
import Tensors

/// Searches at random for a change of one square window at a time that lowers the margin, without
/// any gradient.
///
/// Each example keeps the best point so far. A proposal moves one window of it, of random place and
/// signs, as far as the set is wide and projects the result back; the windows shrink as the queries
/// are spent. Examples that are fooled leave the batch.
///
/// For an L∞ ball this is the paper's attack. For other sets the window moves along the set's
/// steepest step, where the paper builds a scheme of its own for L2. Examples of one axis are taken
/// for one line of pixels, and a window for a run of features. The last two axes are taken for
/// height and width, so that windows of channels-last images cover columns and channels: still a
/// search of the whole set, but a weaker one.
///
/// - Complexity: at most `queries` score queries an example, and one decision query to judge.
/// - Source: "Square Attack: a query-efficient black-box adversarial attack via random search"
///   (2020), section 3; the schedule of window sizes is that of its public code.
public struct SquareAttack: ScoreAttack, Hashable {
  /// The most score queries for one example.
  public var queries: Int
  /// The share of an example's pixels that the first windows cover.
  public var initialShare: Double
  /// The number of examples attacked at a time.
  public var batchSize: Int

  public init(queries: Int, initialShare: Double = 0.8, batchSize: Int = 128) {
    precondition(
      queries > 0 && batchSize > 0 && 0 < initialShare && initialShare <= 1,
      "queries and batchSize are positive, initialShare is above 0 and at most 1")
    (self.queries, self.initialShare, self.batchSize) = (queries, initialShare, batchSize)
  }

  public init() { self.init(queries: 5000) }

  public static let description = MethodDescription<Self>(
    "square", "Random search over square windows, without gradients.", family: "random search",
    origin: .yardstick(
      "Square Attack: a query-efficient black-box adversarial attack via random search (2020)"),
    settings: [
      .integer("queries", \.queries, 1...10_000_000, "The most score queries for one example."),
      .number(
        "initial-share", \.initialShare, .above(0, atMost: 1),
        "The share of the pixels that the first windows cover."),
    ])

  public func candidates(
    _ model: some ScoreOracle, from inputs: Tensor, labels: Tensor,
    within set: some PerturbationSet, using generator: inout some RandomNumberGenerator
  ) throws -> Tensor {
    var found = inputs
    var active = Tensor.range(0..<inputs.size(0))
    let windows = SquareWindows(features: Array(inputs.shape.dropFirst()))
    var (center, targets) = (inputs, labels)
    var best = set.projection(
      of: center + set.steepestStep(along: windows.stripes(inputs.size(0), using: &generator)),
      around: center)
    var margins = try self.margins(model, at: best, targets)
    for query in 1...queries {
      let isFooled = margins .> 0
      if isFooled.any().booleans[0] {
        found = found.replacingRows(
          at: active.gathering(isFooled.indicesOfTrue()),
          with: best.gathering(isFooled.indicesOfTrue()))
        let left = (!isFooled).indicesOfTrue()
        active = active.gathering(left)
        if active.count == 0 { return found }
        (center, targets) = (center.gathering(left), targets.gathering(left))
        (best, margins) = (best.gathering(left), margins.gathering(left))
      }
      if query == queries { break }
      try Task.checkCancellation()
      let window = windows.signs(
        active.count, share: share(after: query), using: &generator)
      // Twice the width crosses the set from one side to the other.
      let proposal = set.projection(
        of: best + set.steepestStep(along: window) * 2, around: center)
      let values = try self.margins(model, at: proposal, targets)
      let isBetter = values .> margins
      margins = margins.replacing(with: values, where: isBetter)
      let places = isBetter.indicesOfTrue()
      if places.count > 0 {
        best = best.replacingRows(at: places, with: proposal.gathering(places))
      }
    }
    return found.replacingRows(at: active, with: best)
  }

  /// The best other score minus the label's; a row without numbers counts as no success.
  private func margins(
    _ model: some ScoreOracle, at points: Tensor, _ labels: Tensor
  ) throws -> Tensor {
    let values = ClassificationLoss.margin.perExample(try model.logits(of: points), labels: labels)
    return values.replacing(with: values.filled(with: -.infinity), where: values.isNaN)
  }

  /// The share of the pixels that a window covers: halved at fixed shares of the queries.
  private func share(after query: Int) -> Double {
    let place = Double(query) / Double(queries) * 10_000
    let halvings = [10.0, 50, 200, 500, 1000, 2000, 4000, 6000, 8000].count { place > $0 }
    return initialShare / Double(1 << halvings)
  }
}

/// Random signs in windows of examples, zero elsewhere.
private struct SquareWindows {
  let features: Shape
  private let channels: Int
  private let height: Int
  private let width: Int

  init(features: Shape) {
    self.features = features
    width = features.last ?? 1
    height = features.count > 1 ? features[features.count - 2] : 1
    channels = features.dropLast(2).reduce(1, *)
  }

  /// One sign for each column and channel, the paper's start.
  func stripes(_ count: Int, using generator: inout some RandomNumberGenerator) -> Tensor {
    signs([count, channels, 1, width], using: &generator)
      .broadcast(to: [count, channels, height, width]).reshaped(to: [count] + features)
  }

  /// One sign for each channel of a window of its own place for each example.
  func signs(
    _ count: Int, share: Double, using generator: inout some RandomNumberGenerator
  ) -> Tensor {
    let pixels = share * Double(height * width)
    let side = height == 1 ? pixels : pixels.squareRoot()
    let (tall, wide) = (
      min(height, max(1, Int(side.rounded()))), min(width, max(1, Int(side.rounded())))
    )
    let rows = mask(count, size: height, length: tall, using: &generator)
      .reshaped(to: [count, 1, height, 1])
    let columns = mask(count, size: width, length: wide, using: &generator)
      .reshaped(to: [count, 1, 1, width])
    let signs = signs([count, channels, 1, 1], using: &generator)
    return (signs * rows * columns).reshaped(to: [count] + features)
  }

  /// 1 along a run of `length` places from a random start, 0 elsewhere; shape `[count, size]`.
  private func mask(
    _ count: Int, size: Int, length: Int, using generator: inout some RandomNumberGenerator
  ) -> Tensor {
    let starts = Tensor.randomIntegers(
      [count, 1], in: 0..<size - length + 1, using: &generator)
    let places = Tensor.range(0..<size).expandedDimension(at: 0)
    return ((places .>= starts) .& (places .< starts + length)).cast(to: .float32)
  }

  private func signs(_ shape: Shape, using generator: inout some RandomNumberGenerator) -> Tensor {
    Tensor.randomIntegers(shape, in: 0..<2, using: &generator).cast(to: .float32) * 2 - 1
  }
}
