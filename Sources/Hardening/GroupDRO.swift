import Datasets
import Models
import Networks
import Tensors
import Training

/// Trains a classifier for the group of examples that it serves worst.
///
/// Each step weighs the mean losses of the groups by weights that have followed these losses, and
/// descends on the sum. A network that fits every training example fits every group: the gain
/// shows only where strong decay of weights or an early stop keeps the training loss from zero.
///
/// - Source: "Distributionally Robust Neural Networks for Group Shifts: On the Importance of
///   Regularization for Worst-Case Generalization" (2019), algorithm 1 and section 3.3 for the
///   adjustment `adjustment / √(size of the group)`. As in the public code, each batch may hold
///   examples of several groups, and the weights of groups that a batch lacks change as if their
///   loss were zero.
public struct GroupDRO: Sendable {
  /// How fast weights follow losses.
  public var stepSize: Double
  /// What is added to a group's loss for being small: this over the root of its size.
  public var adjustment: Double
  /// Whether batches are drawn so that groups are as frequent, with replacement; else they are the
  /// shuffled data.
  public var balancesGroups: Bool
  public var loss: any ScoreLoss
  public var recipe: TrainingRecipe

  /// - Precondition: step size and adjustment are not negative.
  public init(
    stepSize: Double = 0.01, adjustment: Double = 0, balancesGroups: Bool = true,
    loss: any ScoreLoss = ClassificationLoss.crossEntropy,
    recipe: TrainingRecipe = TrainingRecipe(
      optimizer: .sgd(momentum: 0.9, weightDecay: 0.1), learningRate: 1e-3, schedule: .constant)
  ) {
    precondition(stepSize >= 0 && adjustment >= 0, "step size and adjustment are not negative")
    (self.stepSize, self.adjustment) = (stepSize, adjustment)
    (self.balancesGroups, self.loss, self.recipe) = (balancesGroups, loss, recipe)
  }

  /// What one step came to.
  public struct StepReport: Sendable {
    /// The share of the run that is done.
    public let progress: Double
    /// The weights of the groups; shape `[groups]`.
    public let weights: Tensor
    /// The mean loss of each group in the batch, with its adjustment; shape `[groups]`.
    public let groupLosses: Tensor
  }

  /// Trains `network` and returns it with the parameters of the last step.
  ///
  /// - Parameters:
  ///   - groups: the group of each example, counted from 0, each with an example at least.
  ///   - report: is called after each step.
  /// - Throws: `GroupError`, `DataError`, `NetworkError.inputMismatch`, `TrainingError` and
  ///   `CancellationError`.
  public func train(
    _ network: Network, on data: Dataset, groups: [Int],
    report: (StepReport) throws -> Void = { _ in }
  ) throws -> Network {
    let sizes = try Self.sizes(of: groups, examples: data.count)
    let labels = Tensor(try data.requiredLabels())
    let places = Tensor(groups)
    let chances = (1 / sizes).gathering(places)
    let handicap = sizes.reciprocalSquareRoot() * adjustment
    var generator = Generator(seed: recipe.seed)
    var weights = GroupWeights(groups: sizes.count, stepSize: stepSize)
    var latest: (weights: GroupWeights, losses: Tensor)?
    return try recipe.train(network, on: data, using: &generator) { progress in
      guard let step = latest else { return }
      (weights, latest) = (step.weights, nil)
      try report(
        StepReport(progress: progress, weights: weights.values, groupLosses: step.losses))
    } loss: { network, rows, generator in
      let rows =
        balancesGroups
        ? chances.multinomial(rows.count, replacing: true, using: &generator) : rows
      let losses = loss.perExample(
        try network.output(of: data.inputs.gathering(rows), mode: .training),
        labels: labels.gathering(rows))
      let means = Self.means(of: losses, in: places.gathering(rows), count: sizes.count)
      // A sharpness-aware step looks twice, with the same weights.
      let step = latest ?? (weights.updated(by: means + handicap), (means + handicap).detached())
      latest = step
      return means.dot(step.weights.values)
    }
  }

  /// The mean loss of each group; 0 where there is no example.
  ///
  /// - Shape: `losses` and `groups` `[batch]`; the result is `[count]`.
  static func means(of losses: Tensor, in groups: Tensor, count: Int) -> Tensor {
    let members = groups.oneHot(classes: count).cast(to: losses.dtype)
    return losses.matmul(members) / members.sum(axes: [0]).clamped(from: 1)
  }

  private static func sizes(of groups: [Int], examples: Int) throws(GroupError) -> Tensor {
    guard groups.count == examples else {
      throw .unequalLengths(examples: examples, groups: groups.count)
    }
    guard let highest = groups.max(), groups.allSatisfy({ $0 >= 0 }), highest < groups.count else {
      throw .badGroup(groups.first { $0 < 0 || $0 >= examples } ?? 0)
    }
    var counts = [Float](repeating: 0, count: highest + 1)
    for group in groups { counts[group] += 1 }
    if let empty = counts.firstIndex(of: 0) { throw .empty(group: empty) }
    return Tensor(counts)
  }
}

/// Why examples are not grouped.
public enum GroupError: Error, Equatable, CustomStringConvertible {
  case unequalLengths(examples: Int, groups: Int)
  case badGroup(Int)
  case empty(group: Int)

  public var description: String {
    switch self {
    case .unequalLengths(let examples, let groups):
      "There are \(examples) examples, but groups are given for \(groups)."
    case .badGroup(let group):
      "No group is called \(group); groups are counted from 0 and there are fewer than examples."
    case .empty(let group): "No example is in group \(group), but some are in later ones."
    }
  }
}
