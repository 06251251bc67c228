import Methods
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
public struct GroupDRO: HardeningMethod {
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
    stepSize: Double, adjustment: Double = 0, balancesGroups: Bool = true,
    loss: any ScoreLoss = ClassificationLoss.crossEntropy,
    recipe: TrainingRecipe = TrainingRecipe(
      optimizer: .sgd(momentum: 0.9, weightDecay: 0.1), learningRate: 1e-3, schedule: .constant)
  ) {
    precondition(stepSize >= 0 && adjustment >= 0, "step size and adjustment are not negative")
    (self.stepSize, self.adjustment) = (stepSize, adjustment)
    (self.balancesGroups, self.loss, self.recipe) = (balancesGroups, loss, recipe)
  }

  public init() { self.init(stepSize: 0.01) }

  public static let description = MethodDescription<Self>(
    "group-dro", "Follows the group of highest loss: needs the group of each example.",
    family: "distributional robustness", origin: .paper("group-dro"),
    settings: [
      .number("step-size", \.stepSize, .atLeast(0), "How fast the groups' weights follow losses."),
      .number(
        "adjustment", \.adjustment, .atLeast(0),
        "What a group's loss gains for being small: this over the root of its size."),
      .flag("balances-groups", \.balancesGroups, "Whether batches hold each group as often."),
    ])

  public static let needs: Set<HardeningNeed> = [.groups]

  /// The weights of the groups, and what moved them last.
  public struct State: Sendable {
    public fileprivate(set) var weights: GroupWeights
    /// The mean loss of each group in the last batch, with its adjustment; shape `[groups]`.
    public fileprivate(set) var groupLosses: Tensor
    fileprivate let handicap: Tensor
    /// Whether the weights have followed the losses of this step.
    fileprivate var isMoved = false
  }

  public func initialState(for data: HardeningData) -> State {
    let sizes = data.groupSizes
    return State(
      weights: GroupWeights(groups: sizes.count, stepSize: stepSize),
      groupLosses: sizes.zerosLike(), handicap: sizes.reciprocalSquareRoot() * adjustment)
  }

  public func examples(
    _ rows: Tensor, of data: HardeningData, using generator: inout some RandomNumberGenerator
  ) -> Tensor {
    guard balancesGroups, let groups = data.groups else { return rows }
    return (1 / data.groupSizes).gathering(groups)
      .multinomial(rows.count, replacing: true, using: &generator)
  }

  public func batchLoss(
    of network: Network, on batch: HardeningBatch, state: inout State,
    using generator: inout some RandomNumberGenerator
  ) throws -> Tensor {
    let losses = loss.perExample(
      try network.output(of: batch.inputs, mode: .training), labels: batch.labels)
    let means = Self.means(of: losses, in: batch.groups!, count: state.weights.values.count)
    // A sharpness-aware step looks twice, with the same weights.
    if !state.isMoved {
      state.groupLosses = (means + state.handicap).detached()
      state.weights = state.weights.updated(by: means + state.handicap)
      state.isMoved = true
    }
    return means.dot(state.weights.values)
  }

  public func finishStep(_ state: inout State) { state.isMoved = false }

  /// The mean loss of each group; 0 where there is no example.
  ///
  /// - Shape: `losses` and `groups` `[batch]`; the result is `[count]`.
  static func means(of losses: Tensor, in groups: Tensor, count: Int) -> Tensor {
    let members = groups.oneHot(classes: count).cast(to: losses.dtype)
    return losses.matmul(members) / members.sum(axes: [0]).clamped(from: 1)
  }
}
