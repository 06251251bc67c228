import Datasets
import Models
import Networks
import Tensors
import Training

/// Certified training: a classifier whose bounds over perturbation sets certify its predictions.
///
/// The loss is the cross-entropy at the example, and the cross-entropy of the worst scores that
/// bounds leave open. Radius and share of the second grow over the run. Batch normalization uses,
/// for the example and for the bounds alike, the statistics of the batch's clean examples; slopes
/// flow through them.
///
/// Bounds are in single precision and prove nothing by themselves; `IntervalCertificate` judges
/// what comes out.
///
/// - Source: "On the Effectiveness of Interval Bound Propagation for Training Verifiably Robust
///   Models" (2018), section 4; "Towards Stable and Efficient Training of Verifiably Robust Neural
///   Networks" (2020), section 3.2. Ramps are lines over shares of the run, not numbers of steps.
public struct CertifiedTraining: Sendable, Hashable {
  /// How the worst scores are bounded.
  public enum Method: Sendable, Hashable, Codable {
    /// Intervals, operation by operation.
    case interval
    /// A mean of bounds by linear forms, propagated backward through intervals, and of intervals;
    /// `linearShare` is the weight of the first.
    ///
    /// Maxima of pools become ReLUs there, whose intervals are loose.
    case crownInterval(linearShare: Ramp = Ramp(from: 1, to: 0))
    /// As `crownInterval`, but with one linear form an example instead of one a class, which bounds
    /// the loss as a whole, and a mean of losses instead of bounds.
    ///
    /// - Source: "Automatic Perturbation Analysis for Scalable Certified Robustness and Beyond"
    ///   (2020), section 3.3.
    case fusedCrownInterval(linearShare: Ramp = Ramp(from: 1, to: 0))
  }

  public var method: Method
  /// The set at its full size.
  public var set: LinfBall
  /// The share of the radius that is trained for.
  public var growth: Ramp
  /// The weight of the loss at the examples themselves; the rest is that of the worst scores.
  public var naturalShare: Ramp
  public var recipe: TrainingRecipe
  /// How many of the first examples the tightness of intervals is measured on after each epoch; 0
  /// for none.
  public var tightnessExamples: Int
  /// Where the state is kept after each epoch; nil for nowhere. One that exists is continued.
  public var checkpoint: String?

  /// - Precondition: shares lie in `0...1`.
  public init(
    _ method: Method, within set: LinfBall, growth: Ramp = Ramp(from: 0, to: 1),
    naturalShare: Ramp = Ramp(from: 1, to: 0.5), recipe: TrainingRecipe = TrainingRecipe(),
    tightnessExamples: Int = 0, checkpoint: String? = nil
  ) {
    for ramp in [growth, naturalShare] {
      precondition(
        0...1 ~= ramp.start && 0...1 ~= ramp.end, "a share from \(ramp.start) to \(ramp.end)")
    }
    precondition(tightnessExamples >= 0, "\(tightnessExamples) examples")
    (self.method, self.set, self.growth, self.naturalShare) = (method, set, growth, naturalShare)
    (self.recipe, self.tightnessExamples) = (recipe, tightnessExamples)
    self.checkpoint = checkpoint
  }

  /// What one epoch came to.
  public struct EpochReport: Sendable, Hashable, Codable {
    /// Counted from 1.
    public let epoch: Int
    public let trainingLoss: Double
    /// The radius at the end of the epoch.
    public let radius: Double
    /// The share of the training examples whose bounds, at the radius of their step, prove them.
    public let provenShare: Double
    /// The mean `PropagationTightness` after the epoch, if it is measured.
    public let tightness: Double?
  }

  /// Trains `network` and returns it with the parameters of the last step.
  ///
  /// - `report`: is called after each epoch, and first for those that a checkpoint holds.
  /// - Throws: before the first step `NetworkError.unsupported`, naming the node that has no rule,
  ///   `NetworkError.inputMismatch`, `DataError`, `TrainingError.badRecipe` and what the checkpoint
  ///   throws; then `TrainingError.diverged`, and `CancellationError` when the task is cancelled; a
  ///   checkpoint then holds the last whole epoch.
  public func train(
    _ network: Network, on data: Dataset, report: (EpochReport) throws -> Void = { _ in }
  ) throws -> Network {
    let labels = try network.trainingLabels(of: data)
    try recipe.check()
    try checkSupport(network, on: data.inputs, labels: labels)
    // A batch of one example is normalized by the buffers that the network came with.
    var state = try TrainingState<EpochReport>(
      network.parameters.values, recipe: recipe, generator: Generator(seed: recipe.seed),
      extras: ["buffers": network.buffers.values],
      checkpoint: checkpoint.map {
        TrainingCheckpoint(
          at: $0, recipe: recipe, loss: "\((method, set, growth, naturalShare))",
          network: network, data: [data])
      })
    var template = network
    template.buffers = network.buffers.with(values: state["buffers"])
    try state.reports.forEach(report)
    while state.epoch < recipe.epochs {
      var trace = Trace(progress: Double(state.epoch) / Double(recipe.epochs))
      let trainingLoss = try recipe.runEpoch(
        state.epoch, from: &state.values, by: &state.descent, examples: data.count,
        using: &state.generator, finishStep: { trace.finishStep(progress: $1) },
        loss: { values, rows, _ in
          let (loss, proven) = try loss(
            of: template.with(parameters: values), on: data.inputs.gathering(rows),
            labels: labels.gathering(rows), progress: trace.progress)
          trace.note(proven)
          return loss
        })
      let finished = EpochReport(
        epoch: state.epoch + 1, trainingLoss: trainingLoss,
        radius: Double(set.radius) * growth.value(at: trace.progress),
        provenShare: trace.proven.item() / Double(data.count),
        tightness: try tightness(of: template, with: state.values, on: data))
      try state.finishEpoch(finished)
      try report(finished)
    }
    return try self.network(template, with: state.values, on: data)
  }

  /// The mean loss of a batch, and the number of its examples that bounds prove.
  func loss(
    of network: Network, on inputs: Tensor, labels: Tensor, progress: Double
  ) throws -> (mean: Tensor, proven: Tensor) {
    // One example has no variance.
    let isBatch = inputs.size(0) > 1
    let natural = try network.output(of: inputs, mode: isBatch ? .training : .inference)
      .crossEntropy(labels: labels)
    let network = isBatch ? try network.recalibratingStatistics(on: [inputs]) : network
    let ball = try set.resized(to: set.radius * Float(growth.value(at: progress)))
    let margins = try margins(
      of: network, over: ball.box(around: inputs), labels: labels, progress: progress)
    let isOther = (1 - labels.oneHot(classes: margins.size(1))).cast(to: .bool)
    let proven = (!((margins .>= 0) .& isOther).any(axes: [1])).sum()
    let share = naturalShare.value(at: progress)
    var worst = margins.crossEntropy(labels: labels)
    if case .fusedCrownInterval(let ramp) = method, ramp.value(at: progress) > 0 {
      let linear = ramp.value(at: progress)
      let fused = try network.crossEntropyBound(over: ball.box(around: inputs), labels: labels)
      worst = fused.mean() * linear + worst * (1 - linear)
    }
    return (natural * share + worst * (1 - share), proven)
  }

  /// Upper bounds of each score less the label's.
  private func margins(
    of network: Network, over box: Box, labels: Tensor, progress: Double
  ) throws -> Tensor {
    let intervals = try network.intervalMargins(over: box, labels: labels)
    guard case .crownInterval(let ramp) = method else { return intervals }
    let share = ramp.value(at: progress)
    guard share > 0 else { return intervals }
    let linear = try network.crownIntervalMargins(over: box, labels: labels)
    return linear * share + intervals * (1 - share)
  }

  private func network(
    _ network: Network, with values: Tensor, on data: Dataset
  ) throws -> Network {
    try recipe.recalibrating(network.with(parameters: values), on: data)
  }

  private func tightness(
    of network: Network, with values: Tensor, on data: Dataset
  ) throws -> Double? {
    guard tightnessExamples > 0 else { return nil }
    let rows = data.prefix(tightnessExamples).inputs
    let trained = try self.network(network, with: values, on: data)
    return try PropagationTightness(of: trained, around: rows, within: set).mean
  }

  /// Goes through the first two examples as training will.
  private func checkSupport(_ network: Network, on inputs: Tensor, labels: Tensor) throws {
    let output = network.graph.nodes[network.graph.output]
    guard network.classes != nil, network.fixedBatch == nil else {
      throw NetworkError.unsupported(
        node: output.name, operation: output.operation.name,
        interpretation: "certified training",
        hint: "It takes a network of any batch whose output is a row of scores.")
    }
    let count = min(2, inputs.size(0))
    for progress in [0.0, 1.0] {
      _ = try loss(
        of: network, on: inputs[0..<count], labels: labels[0..<count], progress: progress)
    }
    if tightnessExamples > 0 {
      _ = try PropagationTightness(of: network, around: inputs[0..<count], within: set)
    }
  }

  /// What is added up over an epoch.
  private struct Trace {
    /// The share of the run that is done.
    var progress: Double
    var proven = Tensor(scalar: 0)
    /// What the step at hand came to, which is evaluated again where it is sharpness-aware.
    private var latest: Tensor?

    init(progress: Double) { self.progress = progress }

    mutating func note(_ proven: Tensor) { latest = latest ?? proven }

    mutating func finishStep(progress: Double) {
      if let latest { proven += latest }
      (latest, self.progress) = (nil, progress)
    }
  }
}
