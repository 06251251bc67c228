import Tensors

/// Arms to choose from again and again, each with a reward of its own distribution.
package struct Bandit: Sendable {
  /// What rewards are like.
  package enum Reward: Sendable, Hashable {
    /// 1 with the chance of the arm's mean, else 0.
    case bernoulli
    /// Normal around the arm's mean.
    case gaussian(deviation: Double)
  }

  /// The expected reward of each arm.
  package let means: [Double]
  /// What rewards are like.
  package let reward: Reward

  /// - Precondition: there is an arm, and means of a Bernoulli bandit lie in `0...1`.
  package init(means: [Double], reward: Reward = .bernoulli) {
    precondition(
      !means.isEmpty && (reward != .bernoulli || means.allSatisfy { 0...1 ~= $0 }),
      "means \(means) of \(reward) arms")
    (self.means, self.reward) = (means, reward)
  }

  /// Arms whose means are drawn evenly from 0 to 1.
  package init(arms: Int, reward: Reward = .bernoulli, using generator: inout Generator) {
    self.init(
      means: (0..<arms).map { _ in .random(in: 0..<1, using: &generator) }, reward: reward)
  }

  /// The arm with the highest mean.
  package var best: Int { means.indices.max { means[$0] < means[$1] } ?? 0 }

  /// How far each arm's mean is below the best.
  package var gaps: [Double] { means.map { means[best] - $0 } }

  /// The expected reward that choices of arms gave away, exactly: the sum of their gaps. Luck does not
  /// count.
  package func regret(of choices: some Sequence<Int>) -> Double {
    let gaps = gaps
    return choices.reduce(0) { $0 + gaps[$1] }
  }

  /// Draws a reward of one arm.
  package func pull(_ arm: Int, using generator: inout Generator) -> Double {
    switch reward {
    case .bernoulli: Double.random(in: 0..<1, using: &generator) < means[arm] ? 1 : 0
    case .gaussian(let deviation):
      means[arm] + deviation
        * Tensor.normal([1], dtype: .float64, using: &generator).item()
    }
  }
}
