import Networks
import Tensors
import TestSupport
import Testing

@testable import Training

struct EpochTests {
  private let recipe = TrainingRecipe(
    epochs: 2, batchSize: 4, optimizer: .sgd(momentum: 0, weightDecay: 0), learningRate: 0.1,
    schedule: .constant)

  @Test("An epoch takes every example once, and its mean weighs batches by their size")
  func mean() throws {
    var (values, descent, generator) = (Tensor([0.0]), Descent(recipe), Generator(seed: 1))
    var seen: [Int] = []
    let mean = try recipe.runEpoch(
      0, from: &values, by: &descent, examples: 10, using: &generator
    ) { values, rows, _ in
      seen += rows.integers
      return rows.cast(to: .float64).mean() + values.sum() * 0
    }
    #expect(seen.sorted() == Array(0..<10) && seen != Array(0..<10))
    #expect(abs(mean - 4.5) < 1e-6)
  }

  @Test("Steps begin and finish in turn, with the values and the share of the run at hand")
  func steps() throws {
    var (values, descent, generator) = (Tensor([1.0]), Descent(recipe), Generator(seed: 1))
    var (begun, finished): ([(Double, Double)], [(Double, Double)]) = ([], [])
    _ = try recipe.runEpoch(
      1, from: &values, by: &descent, examples: 12, using: &generator,
      beginStep: { begun.append(($0.item(), $1)) },
      finishStep: { finished.append(($0.item(), $1)) }, loss: { values, _, _ in values.sum() })
    #expect(begun.map(\.1) == [3 / 6, 4 / 6, 5 / 6] && finished.map(\.1) == [4 / 6, 5 / 6, 1])
    #expect(begun.map(\.0) == [1] + finished.dropLast().map(\.0))
    #expect(finished.last?.0 == values.item())
    #expect(abs(values.item() - 0.7) < 1e-12)
  }

  @Test("A schedule and what a step is told agree on the share of the run that is done")
  func progress() throws {
    var recipe = recipe
    recipe.schedule = .steps(at: [0.5], factor: 0)
    var state = try TrainingState<Double>(
      Tensor([1.0]), recipe: recipe, generator: Generator(seed: 1), checkpoint: nil)
    var shares: [Double] = []
    for _ in 0..<recipe.epochs {
      let mean = try state.runEpoch(
        by: recipe, examples: 8, beginStep: { shares.append($1) },
        loss: { values, _ in values.sum() })
      try state.finishEpoch(mean)
    }
    #expect(shares == [0, 0.25, 0.5, 0.75])
    #expect(abs(state.values.item() - 0.8) < 1e-12)
    #expect(zip(state.reports, [0.95, 0.8]).allSatisfy { abs($0 - $1) < 1e-6 })
  }

  @Test("Values that are no numbers any more end the run, even where the loss is one")
  func diverged() throws {
    var (values, descent, generator) = (Tensor([0.0]), Descent(recipe), Generator(seed: 1))
    #expect(throws: TrainingError.diverged(epoch: 2)) {
      try recipe.runEpoch(
        1, from: &values, by: &descent, examples: 4, using: &generator
      ) { values, _, _ in values.squareRoot().sum() }
    }
  }
}
