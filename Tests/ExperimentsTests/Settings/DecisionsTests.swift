import ExperimentSettings
import Foundation
import Tensors
import TestSupport
import Testing

struct SettingsDecisionsTests {
  @Test(
    "A search problem's minimizers reach its minimum, and no point near or far is lower",
    arguments: [SearchProblem.branin, .hartmann6, .ackley(1), .ackley(5)].map(NamedProblem.init))
  func minima(_ named: NamedProblem) {
    let problem = named.problem
    var generator = Generator(seed: 1)
    for minimizer in problem.minimizers {
      #expect(zip(problem.domain, minimizer).allSatisfy { $0.contains($1) })
      #expect(abs(problem.regret(of: problem.value(at: minimizer))) < 1e-9)
      for _ in 0..<200 {
        let near = minimizer.map { $0 + .random(in: -1e-3...1e-3, using: &generator) }
        #expect(problem.regret(of: problem.value(at: near)) > -1e-9)
      }
    }
    for _ in 0..<2000 {
      let value = problem.value(at: problem.randomPoint(using: &generator))
      #expect(problem.regret(of: value) > 0)
    }
  }

  @Test(
    "Rewards have the arms' means, and regret is the sum of gaps",
    arguments: [Bandit.Reward.bernoulli, .gaussian(deviation: 0.5)])
  func bandit(_ reward: Bandit.Reward) {
    let bandit = Bandit(means: [0.2, 0.9, 0.6], reward: reward)
    #expect(bandit.best == 1)
    #expect(abs(bandit.regret(of: [0, 1, 2, 2]) - 1.3) < 1e-12)
    var generator = Generator(seed: 2)
    for arm in 0..<3 {
      let total = (0..<5000).reduce(0.0) { sum, _ in sum + bandit.pull(arm, using: &generator) }
      #expect(abs(total / 5000 - bandit.means[arm]) < 0.03)
    }
    #expect(Bandit(arms: 10, reward: reward, using: &generator).gaps.allSatisfy { 0..<1 ~= $0 })
  }

  @Test("Without slips a value is the discount to the power of the steps but one")
  func straightWalk() {
    let world = GridWorld(side: 4, walls: [1, 5, 9], slip: 0, discount: 0.9)
    let values = world.optimalValues()
    // Down three, right three.
    #expect(abs(values[0] - pow(0.9, 5)) < 1e-12)
    #expect(abs(values[14] - 1) < 1e-12 && values[15] == 0 && values[5] == 0)
    #expect(world.bestStep(from: 0, values) == .down && world.bestStep(from: 14, values) == .right)
    #expect(world.cells.count == 13)
  }

  @Test("Best values satisfy Bellman's equation, bound every policy, and are what walks bring")
  func values() {
    var generator = Generator(seed: 3)
    let world = GridWorld(side: 5, wallShare: 0.2, using: &generator)
    #expect(world.walls.count == 4)
    let values = world.optimalValues()
    for cell in world.cells where cell != world.goal {
      let best = GridWorld.Step.allCases.map { world.expectation(of: $0, from: cell, values) }.max()
      #expect(abs(values[cell] - best!) < 1e-12)
    }
    let greedy = world.values { world.bestStep(from: $0, values) }
    let random = world.values { GridWorld.Step(rawValue: $0 % 4)! }
    for cell in world.cells {
      #expect(abs(greedy[cell] - values[cell]) < 1e-11 && random[cell] <= values[cell] + 1e-12)
    }
    var total = 0.0
    for _ in 0..<4000 {
      var (cell, worth) = (0, 1.0)
      while cell != world.goal, worth > 1e-6 {
        let (next, reward) = world.walk(
          world.bestStep(from: cell, values), from: cell, using: &generator)
        total += worth * reward
        (cell, worth) = (next, worth * world.discount)
      }
    }
    #expect(abs(total / 4000 - values[0]) < 0.01)
  }
}

/// A problem that is printed by its name.
struct NamedProblem: Sendable, CustomTestStringConvertible {
  let problem: SearchProblem
  var testDescription: String { problem.name }
}
