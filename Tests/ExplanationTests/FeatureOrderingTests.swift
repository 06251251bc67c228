import Explanation
import Methods
import Models
import Networks
import Tensors
import TestSupport
import Testing

struct FeatureOrderingTests {
  @Test("Curves begin and end at the input and the baseline, and follow the map's order between")
  func curves() throws {
    var network = try Network(input: [4], seed: 1) { Linear(2, bias: false) }
    network.parameters = network.parameters.with(
      values: Tensor([3, 1, 0, -2, 0, 0, 0, 0] as [Float]))
    let inputs = Tensor([1, 1, 1, 1] as [Float], shape: [1, 4])
    let baseline = Tensor([0, 0, 0, 0] as [Float])
    let map = Tensor([3, 1, 0, -2] as [Float], shape: [1, 4])
    let curves = try FeatureOrdering(steps: 4).curves(
      network, maps: map, at: inputs, labels: Tensor([0]), baseline: baseline)
    func chances(_ scores: [Double]) -> Tensor {
      (1 / ((-Tensor(scores)).exp() + 1)).cast(to: .float32).expandedDimension(at: 0)
    }
    expectClose(curves.deletion, chances([2, -1, -2, -2, 0]), absolute: 1e-6)
    expectClose(curves.insertion, chances([0, 3, 4, 4, 2]), absolute: 1e-6)
    let points = curves.deletion.elements(as: Double.self)
    let area = zip(points, points.dropFirst()).map { ($0 + $1) / 2 }.reduce(0, +) / 4
    #expect(abs(curves.deletionAreas.item() - area) < 1e-6)
  }

  @Test("Channels of a pixel go together")
  func channels() throws {
    let network = try Network(input: [2, 1, 2], seed: 2) {
      Flatten()
      Linear(2)
    }
    let inputs = Tensor([1, 2, 3, 4] as [Float], shape: [1, 2, 1, 2])
    let baseline = Tensor.zeros([2, 1, 2])
    // The second pixel has the larger sum, though the first has the largest entry.
    let map = Tensor([5, 3, -4, 3] as [Float], shape: [1, 2, 1, 2])
    let curves = try FeatureOrdering(steps: 2).curves(
      network, maps: map, at: inputs, labels: Tensor([1]), baseline: baseline, channelAxis: 1)
    let half = Tensor([1, 0, 3, 0] as [Float], shape: [1, 2, 1, 2])
    let expected = try network.logits(of: half).softmax(axis: 1)[0][1].item()
    #expect(abs(curves.deletion[0][1].item() - expected) < 1e-6)
  }

  @Test("Integrated gradients add up to the score's difference, and are exact on linear models")
  func integratedGradients() throws {
    var generator = Generator(seed: 3)
    let network = try Network(input: [5], seed: 3) {
      Linear(16)
      Tanh()
      Linear(3)
    }
    let inputs = Tensor.normal([6, 5], using: &generator)
    let labels = Tensor([0, 1, 2, 0, 1, 2])
    let map = try IntegratedGradients(steps: 200, baseline: 0.5).maps(
      network, at: inputs, labels: labels, using: &generator)
    let baseline = inputs.filled(with: 0.5)
    let difference =
      try network.logits(of: inputs).entries(at: labels)
      - network.logits(of: baseline).entries(at: labels)
    expectClose(map.sum(axes: [1]), difference, absolute: 1e-3)
    let linear = try Network(input: [5], seed: 4) { Linear(3) }
    let weight = linear.parameters.tensors[0].gathering(labels)
    expectClose(
      try IntegratedGradients(steps: 3, baseline: 0.5).maps(
        linear, at: inputs, labels: labels, using: &generator),
      weight * (inputs - 0.5), absolute: 1e-5)
    expectClose(
      try GradientAttribution().maps(linear, at: inputs, labels: labels, using: &generator), weight,
      absolute: 1e-6)
  }
}
