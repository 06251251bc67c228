import Models
import Tensors
import TestSupport
import Testing
import Training

struct CompSumLossTests {
  private static func logits(_ shape: Shape) -> Tensor {
    var generator = Generator(seed: 5)
    return Tensor.normal(shape, dtype: .float64, using: &generator) * 2
  }

  @Test("Members of the family are the losses that are known by other names")
  func members() {
    let logits = Self.logits([5, 4])
    let labels = Tensor([0, 3, 1, 2, 2])
    let p = logits.softmax(axis: 1).entries(at: labels)
    func loss(_ tau: Double) -> Tensor { CompSumLoss(tau: tau).perExample(logits, labels: labels) }
    expectClose(loss(0), p.reciprocal() - 1, absolute: 1e-10)
    expectClose(
      loss(1), ClassificationLoss.crossEntropy.perExample(logits, labels: labels), absolute: 1e-12)
    expectClose(loss(1.7), (1 - p.power(0.7)) / 0.7, absolute: 1e-12)
    expectClose(loss(2), 1 - p, absolute: 1e-12)
    // Near the logarithm the power is it.
    expectClose(loss(1 + 1e-9), loss(1), absolute: 1e-7)
  }

  @Test("The sum is over the other labels' scores less the label's")
  func sums() {
    let logits = Self.logits([5, 4])
    let labels = Tensor([1, 1, 0, 2, 3])
    let u = (logits - logits.entries(at: labels).expandedDimension(at: 1)).exp().sum(axes: [1]) - 1
    let loss = CompSumLoss(tau: 0.5).perExample(logits, labels: labels)
    expectClose(loss, ((u + 1).squareRoot() - 1) * 2, absolute: 1e-12)
  }

  @Test("The least excess is met by two classes at equal scores", arguments: [0, 0.5, 1, 1.5, 2])
  func equality(_ tau: Double) {
    let loss = CompSumLoss(tau: tau)
    let lead = Tensor([0, 0.1, 0.5, 0.9])
    let p = Tensor.stacking([(lead + 1) * 0.5, (1 - lead) * 0.5], axis: 1)
    // The best scores make probabilities in proportion to p^(1 / (2 - tau)); from 2 on, all goes to
    // the likelier class.
    let shares =
      tau >= 2
      ? Tensor([0, 0, 0, 0]).oneHot(classes: 2).cast(to: .float64)
      : p.power(1 / (2 - tau)) / p.power(1 / (2 - tau)).sum(axes: [1], keepingAxes: true)
    func risk(_ shares: Tensor) -> Tensor {
      let logits = shares.clamped(from: 1e-40).log()
      let terms = (0..<2).map { label in
        loss.perExample(logits, labels: Tensor([label, label, label, label]))
          * p.selecting(label, axis: 1)
      }
      return terms[0] + terms[1]
    }
    let excess = risk(Tensor.full(0.5, [4, 2], dtype: .float64)) - risk(shares)
    expectClose(loss.leastExcess(forErrorExcess: lead, classes: 2), excess, absolute: 1e-9)
  }

  @Test("More excess of errors takes more excess of loss, and none takes none")
  func monotone() {
    let regret = Tensor.evenlySpaced(0...1, count: 21, dtype: .float64)
    for tau in [0, 0.3, 1, 1.4, 2, 3] {
      let excess = CompSumLoss(tau: tau).leastExcess(forErrorExcess: regret, classes: 5)
      let steps = excess.elements(as: Double.self)
      #expect(abs(steps[0]) < 1e-12 && zip(steps, steps.dropFirst()).allSatisfy { $0 < $1 })
    }
  }
}
