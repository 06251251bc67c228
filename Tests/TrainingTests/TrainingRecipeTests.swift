import Foundation
import Testing
import Training

struct TrainingRecipeTests {
  @Test("A recipe survives being written down")
  func roundTrip() throws {
    let recipe = TrainingRecipe(
      epochs: 3, batchSize: 5, optimizer: .sgd(momentum: 0.5, weightDecay: 0.25), learningRate: 0.1,
      schedule: .steps(at: [0.5], factor: 0.1), gradientNormLimit: 2,
      sharpness: SharpnessAwareMinimization(radius: 0.1), patience: 7, seed: .max)
    let bytes = try JSONEncoder().encode(recipe)
    #expect(try JSONDecoder().decode(TrainingRecipe.self, from: bytes) == recipe)
  }

  static let faults: [(String, @Sendable (inout TrainingRecipe) -> Void)] = [
    ("0 epochs", { $0.epochs = 0 }), ("batches of -1", { $0.batchSize = -1 }),
    ("a learning rate of nan", { $0.learningRate = .nan }),
    ("a patience", { $0.patience = 0 }), ("a gradient limit", { $0.gradientNormLimit = 0 }),
    ("'1.0' is no value of 'momentum'", { $0.optimizer = .sgd(momentum: 1, weightDecay: 0) }),
    ("'-1.0' is no value of 'weight-decay'", { $0.optimizer = .adamW(weightDecay: -1) }),
    ("a sharpness radius of -1.0", { $0.sharpness?.radius = -1 }),
    ("a warm-up of 1.0", { $0.schedule = .cosine(warmup: 1) }),
    ("steps by 0.0", { $0.schedule = .steps(at: [0.5], factor: 0) }),
  ]

  @Test("A recipe that cannot be followed is refused, and the message says why", arguments: faults)
  func refuses(_ words: String, _ change: @Sendable (inout TrainingRecipe) -> Void) throws {
    var recipe = TrainingRecipe(sharpness: SharpnessAwareMinimization())
    try recipe.check()
    change(&recipe)
    #expect {
      try recipe.check()
    } throws: { "\($0)".contains(words) }
  }
}
