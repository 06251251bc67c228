import Models
import Networks
import Synchronization
import Tensors
import TestSupport
import Testing

@testable import Attacks

/// A model that reveals its labels alone, and counts how often each row is asked about.
private final class LabelsOnly: DecisionOracle {
  private let network: Network
  private let count = Mutex(0)

  init(_ network: Network) { self.network = network }

  var asked: Int { count.withLock { $0 } }

  func labels(of inputs: Tensor) throws -> [Int] {
    count.withLock { $0 += inputs.size(0) }
    return try network.labels(of: inputs)
  }
}

struct HopSkipJumpTests {
  private func affine() throws -> (network: Network, inputs: Tensor, labels: Tensor) {
    let network = try Network(input: [8], seed: 4) { Linear(2) }
    var generator = Generator(seed: 4)
    let inputs = Tensor.uniform([12, 8], in: 0.2...0.8, using: &generator)
    return (network, inputs, try network.logits(of: inputs).argmax(axis: 1))
  }

  @Test("On affine classifiers it comes near to the nearest border, by labels alone")
  func nearest() throws {
    let (network, inputs, labels) = try affine()
    var generator = Generator(seed: 7)
    let weight = network.parameters.tensors[0]
    let normal = weight[0] - weight[1]
    let logits = try network.logits(of: inputs)
    let leads = (logits.max(axes: [1]) - logits.min(axes: [1]))
    let wide: any PerturbationSet = try L2Ball(radius: 100, domain: -2...2)
    func distances(_ set: some PerturbationSet, order: Double) throws -> Tensor {
      let model = LabelsOnly(network)
      let found = try HopSkipJump(queries: 3000)(
        model, on: inputs, labels: labels, within: set, using: &generator)
      #expect(found.fooled.allSatisfy { $0 })
      #expect(model.asked <= 12 * 3001 && model.asked == found.queries)
      return (found.candidates - inputs).norm(order: order, axes: [1])
    }
    let exact = leads / normal.norm().item()
    let near = try distances(wide, order: 2)
    #expect((near .>= exact * 0.999).all().booleans[0])
    #expect((near .<= exact * 1.1).all().booleans[0], "\(near / exact)")
    let exactLargest = leads / normal.magnitude().sum().item()
    let nearLargest = try distances(try LinfBall(radius: 100, domain: -2...2), order: .infinity)
    #expect((nearLargest .>= exactLargest * 0.999).all().booleans[0])
    #expect((nearLargest .<= exactLargest * 1.5).all().booleans[0], "\(nearLargest / exactLargest)")
  }

  @Test("The budget is exact, wrong rows stay, and a model of one answer is not fooled")
  func edges() throws {
    let (network, inputs, labels) = try affine()
    var generator = Generator(seed: 7)
    let set = try L2Ball(radius: 0.1)
    for queries in [1, 2, 30, 500] {
      let model = LabelsOnly(network)
      _ = try HopSkipJump(queries: queries)(
        model, on: inputs, labels: labels, within: set, using: &generator)
      #expect(model.asked <= 12 * (queries + 1), "\(queries)")
    }
    let still = try HopSkipJump(queries: 100)(
      network, on: inputs, labels: 1 - labels, within: set, using: &generator)
    expectClose(still.candidates, inputs, absolute: 0)
    let constant = try Network(input: [8], seed: 1) { Linear(1) }
    let zeros = Tensor([Int](repeating: 0, count: 12))
    let none = try HopSkipJump(queries: 100)(
      constant, on: inputs, labels: zeros, within: set, using: &generator)
    #expect(!none.fooled.contains(true))
    expectClose(none.candidates, inputs, absolute: 0)
  }
}

struct BoundaryAttackTests {
  @Test("On affine classifiers it comes near to the nearest border, by labels alone")
  func nearest() throws {
    let network = try Network(input: [6], seed: 4) { Linear(2) }
    var generator = Generator(seed: 4)
    let inputs = Tensor.uniform([10, 6], in: 0.2...0.8, using: &generator)
    let labels = try network.logits(of: inputs).argmax(axis: 1)
    let exact = try DeepFool(steps: 1, overshoot: 0, extraLength: 0, domain: -2...2)(
      network, on: inputs, labels: labels
    ).distances
    let model = LabelsOnly(network)
    let found = try BoundaryAttack(queries: 4000)(
      model, on: inputs, labels: labels, within: try L2Ball(radius: 100, domain: -2...2),
      using: &generator)
    #expect(found.fooled.allSatisfy { $0 })
    #expect(model.asked <= 10 * 4001 && model.asked == found.queries)
    let distances = (found.candidates - inputs).norm(axes: [1])
    #expect((distances .>= exact * 0.999).all().booleans[0])
    #expect((distances .<= exact * 1.15).all().booleans[0], "\(distances / exact)")
  }
}

struct SimBATests {
  @Test("It lowers the label's probability feature by feature, within its budget and the set")
  func affine() throws {
    let network = try Network(input: [1, 3, 4], seed: 2) {
      Flatten()
      Linear(3)
    }
    var generator = Generator(seed: 2)
    let inputs = Tensor.uniform([16, 1, 3, 4], using: &generator)
    let labels = try network.logits(of: inputs).argmax(axis: 1)
    for (queries, radius) in [(1, Float(0.3)), (7, 0.3), (300, 0.3), (300, 0.01)] {
      let set = try LinfBall(radius: radius)
      let meter = QueryMeter(network)
      let found = try SimBA(queries: queries)(
        meter, on: inputs, labels: labels, within: set, using: &generator)
      #expect(meter.queries <= 16 * (queries + 1))
      #expect(set.contains(found.candidates, around: inputs).all().booleans[0])
      func chance(_ points: Tensor) throws -> Tensor {
        try network.logits(of: points).logSoftmax(axis: 1).entries(at: labels)
      }
      #expect((try chance(found.candidates) .<= chance(inputs)).all().booleans[0])
      if queries == 300, radius == 0.3 {
        // With three hundred queries all twelve features are at the corner of least probability, or
        // the decision is another one already: no gradient step does more.
        let steepest = try FastGradientSign()(
          network, on: inputs, labels: labels, within: set, using: &generator)
        #expect(zip(found.fooled, steepest.fooled).allSatisfy { $0 || !$1 })
        #expect(found.fooled.contains(true))
      }
    }
  }
}
