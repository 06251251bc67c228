import Datasets
import Models
import Networks
import Tensors
import TestSupport
import Testing

@testable import Attacks

/// `Tests/Golden/make/attacks.py` made the golden values with foolbox and torchattacks.
struct CarliniWagnerTests {
  @Test("Its moves are as short as foolbox's")
  func parity() throws {
    let golden = try TrainedDigits("attacks.npz")
    let (inputs, labels) = (golden.inputs[0..<40], golden.labels[0..<40])
    let found = try CarliniWagner(searches: 6, steps: 200, initialWeight: 1e-2).nearest(
      golden.network, to: inputs, labels: labels, domain: 0...1)
    let distances = (found - inputs).flattenedRows().norm(axes: [1])
    expectClose(distances, try golden.file.array("carlini"), absolute: 1e-3, relative: 1e-3)
  }

  @Test("On affine classifiers moves are little longer than to the nearest border")
  func affine() throws {
    let network = try Network(input: [6], seed: 3) { Linear(3) }
    var generator = Generator(seed: 3)
    let inputs = Tensor.uniform([20, 6], in: -1...1, using: &generator)
    let logits = try network.logits(of: inputs)
    let labels = logits.argmax(axis: 1)
    let exact = try DeepFool(steps: 1, overshoot: 0, extraLength: 0, domain: -9...9)(
      network, on: inputs, labels: labels
    ).distances
    let found = try CarliniWagner(searches: 9, steps: 500, learningRate: 0.002).nearest(
      network, to: inputs, labels: labels, domain: -3...3)
    let distances = (found - inputs).norm(axes: [1])
    #expect(try network.labels(of: found) != labels.integers)
    #expect((distances .>= exact * 0.999).all().booleans[0])
    #expect((distances .<= exact * 1.05 + 0.01).all().booleans[0], "\(distances / exact)")
  }

  @Test("Rows that are wrong already stay, and points keep to the set")
  func edges() throws {
    let golden = try TrainedDigits("attacks.npz")
    let (inputs, labels) = (golden.inputs[0..<10], golden.labels[0..<10])
    var generator = Generator(seed: 1)
    let set = try L2Ball(radius: 0.3)
    let attack = CarliniWagner(searches: 2, steps: 20)
    let wrong = (labels + 1).remainder(dividingBy: Tensor(scalar: 10))
    let still = try attack(
      golden.network, on: inputs, labels: wrong, within: set, using: &generator)
    expectClose(still.candidates, inputs, absolute: 0)
    let moved = try attack(
      golden.network, on: inputs, labels: labels, within: set, using: &generator)
    #expect(set.contains(moved.candidates, around: inputs).all().booleans[0])
  }
}

struct MomentumIterativeMethodTests {
  @Test("Where nothing is fooled it ends where torchattacks' does")
  func parity() throws {
    let golden = try TrainedDigits("attacks.npz")
    var generator = Generator(seed: 1)
    let found = try MomentumIterativeMethod(steps: 8)(
      golden.network, on: golden.inputs, labels: golden.labels,
      within: try LinfBall(radius: 1 / 32), using: &generator)
    let theirs = try golden.file.array("momentum")
    let decisions = try golden.network.labels(of: theirs)
    let isStanding = zip(decisions, golden.labels.integers).map(==)
    #expect(isStanding.contains(true) && isStanding.contains(false))
    // An example that is fooled on the way leaves; theirs goes on, and may be fooled no more.
    #expect(zip(found.fooled, isStanding).allSatisfy { $0 || $1 })
    let both = Tensor(zip(found.fooled, isStanding).map { !$0 && $1 }).indicesOfTrue()
    expectClose(
      found.candidates.gathering(both), theirs.gathering(both), absolute: 1e-5)
  }
}
