import Tensors

/// Steps down a loss as a recipe says: gradient, limit, schedule and optimizer.
public struct Descent: Sendable {
  private let recipe: TrainingRecipe
  private var optimizer: any Optimizer

  public init(_ recipe: TrainingRecipe) {
    self.recipe = recipe
    optimizer = recipe.optimizer.optimizer
  }

  /// What the optimizer remembers, to be kept in a checkpoint.
  public var state: [Tensor] {
    get { optimizer.state }
    set { optimizer.state = newValue }
  }

  /// What a new optimizer remembers after a step from `values`, whose shapes and types all later
  /// states have.
  func firstState(from values: Tensor) -> [Tensor] {
    var optimizer = recipe.optimizer.optimizer
    _ = optimizer.step(from: values, gradient: values.zerosLike(), learningRate: 0)
    return optimizer.state
  }

  /// Takes one step and returns where it leads, and the loss before it.
  ///
  /// - Parameters:
  ///   - progress: the share of the run that is done, for the schedule.
  ///   - loss: maps values to one number. A sharpness-aware recipe calls it twice, the second time
  ///     at other values; both calls should take the same examples.
  /// - Shape: `values` and the result `[count]`.
  public mutating func step(
    from values: Tensor, progress: Double, of loss: (Tensor) throws -> Tensor
  ) rethrows -> (values: Tensor, loss: Tensor) {
    let (value, gradient) =
      try recipe.sharpness?.valueAndGradient(at: values, of: loss)
      ?? valueAndGradient(at: values, of: loss)
    let next = optimizer.step(
      from: values,
      gradient: recipe.gradientNormLimit.map { gradient.clipped(toNorm: $0) } ?? gradient,
      learningRate: recipe.learningRate * recipe.schedule.factor(at: progress))
    return (next, value)
  }
}
