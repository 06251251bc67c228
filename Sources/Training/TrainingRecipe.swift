/// Everything that decides how a network is trained, as a value that can be written down.
public struct TrainingRecipe: Sendable, Hashable, Codable {
  public var epochs: Int
  public var batchSize: Int
  public var optimizer: OptimizerChoice
  /// The highest learning rate of the schedule.
  public var learningRate: Double
  public var schedule: LearningRateSchedule
  /// The largest norm that a gradient may have; nil for any.
  public var gradientNormLimit: Double?
  /// Takes gradients where the loss is worst nearby; nil for where it is.
  public var sharpness: SharpnessAwareMinimization?
  /// How many epochs may pass without a better validation loss before training stops; nil for any.
  public var patience: Int?
  public var seed: UInt64

  public init(
    epochs: Int = 10, batchSize: Int = 64, optimizer: OptimizerChoice = .adamW(weightDecay: 0.01),
    learningRate: Double = 2e-3, schedule: LearningRateSchedule = .cosine(warmup: 0.1),
    gradientNormLimit: Double? = nil, sharpness: SharpnessAwareMinimization? = nil,
    patience: Int? = nil, seed: UInt64 = 0
  ) {
    precondition(epochs > 0 && batchSize > 0, "epochs and batch size are positive")
    precondition(learningRate > 0, "a learning rate is positive")
    (self.epochs, self.batchSize, self.optimizer) = (epochs, batchSize, optimizer)
    (self.learningRate, self.schedule) = (learningRate, schedule)
    (self.gradientNormLimit, self.patience, self.seed) = (gradientNormLimit, patience, seed)
    self.sharpness = sharpness
  }
}
