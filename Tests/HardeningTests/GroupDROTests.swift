import Datasets
import Models
import Networks
import Tensors
import TestSupport
import Testing
import Training

@testable import Hardening

struct GroupDROTests {
  /// `Tests/Golden/make/group_dro.py` made the golden values with the authors' code.
  @Test(
    "Weights and slopes of two updates are the authors'",
    arguments: [("plain", 0.0), ("adjusted", 2.0)])
  func parity(_ name: String, _ adjustment: Double) throws {
    let golden = try NPZ(reading: TestFiles.golden("group_dro.npz"))
    let handicap = try golden.array("sizes").reciprocalSquareRoot() * adjustment
    var weights = GroupWeights(groups: 3, stepSize: 0.3)
    for step in 0..<2 {
      func array(_ key: String) throws -> Tensor { try golden.array("\(name).\(step).\(key)") }
      let (labels, groups) = (try array("labels"), try array("groups"))
      let slope = try gradient(at: array("logits")) { logits in
        let means = GroupDRO.means(
          of: ClassificationLoss.crossEntropy.perExample(logits, labels: labels), in: groups,
          count: 3)
        weights = weights.updated(by: means + handicap)
        return means.dot(weights.values)
      }
      expectClose(weights.values, try array("weights"), absolute: 1e-6)
      expectClose(slope, try array("slope"), absolute: 1e-6)
    }
  }

  /// One feature tells the label, a larger one nearly does; the fourth group is where it misleads.
  private static func data() throws -> (data: Dataset, groups: [Int]) {
    var generator = Generator(seed: 1)
    let (labels, isMisled) = ((0..<200).map { $0 % 2 }, (0..<200).map { $0 % 20 == 3 })
    let rows = zip(labels, isMisled).flatMap { label, isMisled in
      let sign = Float(2 * label - 1)
      return [sign * 0.5, sign * (isMisled ? -2 : 2)]
    }
    let noise = Tensor.normal([200, 2], using: &generator) * 0.2
    let data = try Dataset(
      name: "misleading", inputs: Tensor(rows, shape: [200, 2]) + noise, labels: labels)
    return (data, isMisled.map { $0 ? 1 : 0 })
  }

  @Test("The group that is served worst fares better than by ordinary training")
  func training() throws {
    let (data, groups) = try Self.data()
    let network = try Network(input: [2], seed: 1) { Linear(2) }
    let recipe = TrainingRecipe(
      epochs: 12, batchSize: 20, optimizer: .sgd(momentum: 0.9, weightDecay: 0.05),
      learningRate: 0.05, schedule: .constant)
    var shares: [Double] = []
    let method = GroupDRO(stepSize: 0.1, recipe: recipe)
    let fair = try method.train(network, on: HardeningData(data, groups: groups)) {
      progress, state in
      shares.append(progress)
      #expect(abs(state.weights.values.sum().item() - 1) < 1e-5)
    }
    #expect(shares.count == 120 && shares.last == 1)
    let plain = try Trainer(recipe).train(network, on: data)
    func misledAccuracy(_ network: Network) throws -> Double {
      let hits = zip(try network.labels(of: data.inputs), data.labels!).map(==)
      let misled = zip(hits, groups).filter { $0.1 == 1 }
      return Double(misled.count { $0.0 }) / Double(misled.count)
    }
    #expect(try misledAccuracy(fair) > 0.7)
    #expect(try misledAccuracy(plain) < 0.3)
    let again = try method.train(network, on: HardeningData(data, groups: groups))
    #expect(again.parameters.values.scalars == fair.parameters.values.scalars)
  }

  @Test("A step that looks twice moves the groups' weights once")
  func looksTwice() throws {
    let (data, groups) = try Self.data()
    let network = try Network(input: [2], seed: 1) { Linear(2) }
    func weights(_ sharpness: SharpnessAwareMinimization?) throws -> [Float] {
      let recipe = TrainingRecipe(epochs: 1, batchSize: 20, sharpness: sharpness)
      var weights: [Float] = []
      _ = try GroupDRO(stepSize: 0.1, recipe: recipe).train(
        network, on: HardeningData(data, groups: groups)
      ) { weights += $1.weights.values.elements(as: Float.self) }
      return weights
    }
    #expect(try weights(SharpnessAwareMinimization(radius: 0)) == weights(nil))
  }

  @Test("Groups that do not fit the data are refused")
  func refusals() throws {
    let data = try Self.data().data
    let network = try Network(input: [2]) { Linear(2) }
    func refused(_ groups: [Int]) -> GroupError? {
      #expect(throws: GroupError.self) {
        _ = try GroupDRO().train(network, on: HardeningData(data, groups: groups))
      }
    }
    #expect(refused([0]) == .unequalLengths(examples: 200, groups: 1))
    #expect(refused([-1] + [Int](repeating: 0, count: 199)) == .badGroup(-1))
    #expect(refused([Int](repeating: 1, count: 200)) == .empty(group: 0))
  }
}
