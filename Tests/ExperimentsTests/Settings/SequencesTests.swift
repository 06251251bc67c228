import ExperimentSettings
import Foundation
import Tensors
import TestSupport
import Testing

struct SettingsSequencesTests {
  @Test("A source of two symbols has its closed forms")
  func twoSymbols() {
    // π = (b, a) / (a + b) for chances a and b to change.
    let source = MarkovSource(transition: Tensor([0.9, 0.1, 0.3, 0.7], shape: [2, 2]))
    expectClose(source.stationary, Tensor([0.75, 0.25]), absolute: 1e-12)
    let entropy = { (p: Double) in -p * log(p) - (1 - p) * log(1 - p) }
    #expect(abs(source.entropyRate - 0.75 * entropy(0.1) - 0.25 * entropy(0.3)) < 1e-12)
    #expect(abs(source.marginalEntropy - entropy(0.25)) < 1e-12)
  }

  @Test("The true transitions reach the entropy rate on draws")
  func entropyRate() throws {
    var generator = Generator(seed: 1)
    let source = MarkovSource(symbols: 6, using: &generator)
    expectClose(
      source.stationary.matmul(source.transition), source.stationary, absolute: 1e-12)
    let task = source.task(2000, length: 30, using: &generator)
    let logits = source.transition.log().gathering(task.tokens.flattened())
      .reshaped(to: [2000, 30, 6])
    #expect(abs(task.loss(of: logits).item() - source.entropyRate) < 0.01)
    let marginal = source.stationary.log().broadcast(to: [2000, 30, 6])
    #expect(abs(task.loss(of: marginal).item() - source.marginalEntropy) < 0.02)
    #expect(source.entropyRate < source.marginalEntropy)
    expectClose(
      task.tokens.narrowed(axis: 1, from: 1, count: 29),
      task.targets.narrowed(axis: 1, from: 0, count: 29), absolute: 0)
  }

  @Test("Symbols to copy come back in order after the pause")
  func copying() {
    var generator = Generator(seed: 2)
    let task = TokenTask.copying(10, alphabet: 5, payload: 4, pause: 3, using: &generator)
    #expect(task.tokens.shape == [10, 11] && task.symbols == 7)
    expectClose(
      task.targets.narrowed(axis: 1, from: 7, count: 4),
      task.tokens.narrowed(axis: 1, from: 0, count: 4), absolute: 0)
    #expect(task.isScored[0..<1].booleans == (0..<11).map { $0 >= 7 })
    #expect(task.tokens[3..<4].integers[4...] == [5, 5, 5, 6, 6, 6, 6])
    let right = task.targets.oneHot(classes: 7).cast(to: .float64) * 50
    #expect(task.accuracy(of: right) == 1 && task.loss(of: right).item() < 1e-9)
    #expect(abs(task.loss(of: right * 0).item() - log(7)) < 1e-12)
    #expect(task.accuracy(of: right * -1) == 0)
  }

  @Test("An induction's answer is what followed the last symbol before")
  func induction() {
    var generator = Generator(seed: 3)
    let task = TokenTask.induction(50, length: 9, symbols: 12, using: &generator)
    for row in 0..<50 {
      let tokens = task.tokens[row..<row + 1].integers
      #expect(Set(tokens).count == 8)
      let place = tokens.firstIndex(of: tokens[8])!
      #expect(place < 7 && task.targets[row..<row + 1].integers[8] == tokens[place + 1])
    }
    #expect(task.isScored.cast(to: .int64).sum(axes: [0]).integers == [0, 0, 0, 0, 0, 0, 0, 0, 50])
  }

  @Test("Sums are right, and each is in one part")
  func modularAddition() {
    var generator = Generator(seed: 4)
    let task = ModularAddition(modulus: 7, trainingShare: 0.4, using: &generator)
    let rows = [task.training, task.test].flatMap { part in
      (0..<part.tokens.size(0)).map { row in
        (part.tokens[row..<row + 1].integers, part.targets[row..<row + 1].integers[2])
      }
    }
    #expect(rows.count == 49 && Set(rows.map(\.0)).count == 49)
    #expect(rows.allSatisfy { ($0.0[0] + $0.0[1]) % 7 == $0.1 && $0.0[2] == 7 })
    #expect(task.training.tokens.size(0) == 20)
    #expect(task.test.isScored.cast(to: .int64).sum().integers == [29])
  }
}
