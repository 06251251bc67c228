import Attacks
import Datasets
import Models
import Networks
import Tensors
import TestSupport
import Testing

struct DeepFoolTests {
  private static let wide: ClosedRange<Float> = -100...100

  @Test(
    "On an affine classifier one step goes to the nearest border", arguments: DeepFool.Norm.allCases
  )
  func affine(_ norm: DeepFool.Norm) throws {
    let network = try Network(input: [7], seed: 2) { Linear(5) }
    var generator = Generator(seed: 2)
    let inputs = Tensor.normal([20, 7], using: &generator)
    let logits = try network.output(of: inputs)
    let labels = logits.argmax(axis: 1)
    let attack = DeepFool(norm: norm, steps: 1, overshoot: 1e-4, extraLength: 0, domain: Self.wide)
    let found = try attack(network, on: inputs, labels: labels)
    #expect(found.fooled.allSatisfy { $0 })
    // The distance to the border with class k is the lead over it by the dual norm of the normal.
    let weight = network.parameters.tensors[0]
    let normals =
      weight.expandedDimension(at: 0) - weight.gathering(labels).expandedDimension(at: 1)
    let sizes = normals.norm(order: norm == .l2 ? 2 : 1, axes: [2])
    let leads = logits.entries(at: labels).expandedDimension(at: 1) - logits
    let distances = (leads / sizes).replacing(
      with: Tensor(scalar: Float.infinity), where: labels.oneHot(classes: 5).cast(to: .bool))
    expectClose(found.distances, distances.min(axes: [1]) * 1.0001, absolute: 1e-5)
    #expect(found.averageRobustness!.value > 0)
  }

  /// `Tests/Golden/make/attacks.py` made the golden values with foolbox.
  @Test("On a convolutional network distances are foolbox's", arguments: DeepFool.Norm.allCases)
  func parity(_ norm: DeepFool.Norm) throws {
    let digits = try TrainedDigits("attacks.npz")
    let found = try DeepFool(norm: norm, batchSize: 10)(
      digits.network, on: digits.inputs, labels: digits.labels)
    #expect(found.fooled.allSatisfy { $0 })
    expectClose(
      found.distances, try digits.file.array(norm.rawValue), absolute: 1e-5, relative: 1e-4)
  }

  @Test("Rows that are wrong already stay, and points keep to the domain")
  func wrongRows() throws {
    let network = try Network(input: [6], seed: 4) {
      Linear(12)
      ReLU()
      Linear(4)
    }
    var generator = Generator(seed: 4)
    let inputs = Tensor.uniform([10, 6], using: &generator)
    let right = try network.output(of: inputs).argmax(axis: 1)
    let labels = Tensor.choosing(
      right, where: Tensor.range(0..<10) .< 5,
      otherwise: (right + 1).remainder(dividingBy: Tensor(scalar: 4)))
    let meter = QueryMeter(network)
    let found = try DeepFool(candidates: 2, domain: 0...1)(meter, on: inputs, labels: labels)
    #expect(found.distances[5..<10].scalars == [0, 0, 0, 0, 0])
    #expect(found.fooled[5...].allSatisfy { $0 } && found.queries == meter.queries)
    let points = found.candidates
    #expect(((points .>= 0) .& (points .<= 1)).all().booleans[0])
    let decisions = try network.labels(of: points)
    #expect(zip(decisions, labels.integers).map { $0 != $1 } == found.fooled)
  }

  @Test("A classifier of one answer is not fooled, and nothing becomes NaN")
  func constant() throws {
    var network = try Network(input: [3]) { Linear(2) }
    network.parameters = network.parameters.with(
      values: Tensor([0, 0, 0, 0, 0, 0, 1, 0] as [Float]))
    let inputs = Tensor.ones([2, 3]) * 0.5
    let found = try DeepFool(steps: 3)(network, on: inputs, labels: Tensor([0, 0]))
    #expect(found.fooled == [false, false] && found.averageRobustness == nil)
    #expect(found.candidates.scalars == inputs.scalars)
  }
}
