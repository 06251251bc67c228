import Arguments
import Training

/// What `train` calls the optimizers; their further numbers are the usual ones.
enum OptimizerName: String, CaseIterable, ExpressibleByArgument {
  case sgd, adam, adamax, adamw

  var choice: TrainingRecipe.OptimizerChoice {
    switch self {
    case .sgd: .sgd(momentum: 0.9, weightDecay: 0)
    case .adam: .adam
    case .adamax: .adaMax
    case .adamw: .adamW(weightDecay: 0.01)
    }
  }
}
