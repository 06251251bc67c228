import Datasets
import Models
import Networks
import Tensors
import TestSupport
import Testing

@testable import Audit

/// What a network's outputs are is told by its last nodes and its values, or asked for.
struct ClassifierTests {
  private let inputs = Tensor([0.2, 0.8, 0.5, 0.5, 0.9, 0.1] as [Float], shape: [3, 2])

  /// A network of two features that gives them as they are, followed by `layers`.
  private func network(@LayerBuilder _ layers: () -> [any Layer]) throws -> Network {
    var network = try Network(input: [2]) {
      Linear(2)
      Chain(layers)
    }
    network.parameters = network.parameters.with(values: Tensor([1, 0, 0, 1, 0, 0] as [Float]))
    return network
  }

  @Test("Rows that sum to 1 are probabilities, whose logarithms are used")
  func probabilities() throws {
    let classifier = try Classifier(network {}, inputs: inputs)
    let logits = try classifier.network.logits(of: inputs)
    expectClose(logits.softmax(axis: 1), inputs, absolute: 1e-6)
    #expect(
      classifier.notes == [
        "The outputs are probabilities by their values; the checks use their logarithms."
      ])
    let asked = try Classifier(network {}, inputs: inputs, scores: .logits)
    expectClose(try asked.network.logits(of: inputs), inputs, absolute: 0)
  }

  @Test("Rows between 0 and 1 that do not sum to 1 are asked about")
  func sigmoids() throws {
    let network = try network { Sigmoid() }
    let affine = try Classifier(self.network {}, inputs: inputs * 0.5)
    expectClose(try affine.network.logits(of: inputs), inputs, absolute: 0)
    #expect(throws: AuditError.unknownScores(output: "float32[batch, 2]")) {
      try Classifier(network, inputs: inputs)
    }
    let odds = try Classifier(network, inputs: inputs, scores: .sigmoids)
    expectClose(try odds.network.logits(of: inputs), inputs, absolute: 1e-6)
    let shares = try Classifier(network, inputs: inputs, scores: .probabilities)
    let values = inputs.sigmoid()
    expectClose(
      try shares.network.logits(of: inputs).softmax(axis: 1),
      values / values.sum(axes: [1], keepingAxes: true), absolute: 1e-6)
  }

  @Test("One score stands for two classes", arguments: [false, true])
  func single(_ endsInSigmoid: Bool) throws {
    var network = try Network(input: [2]) {
      Linear(1)
      if endsInSigmoid { Sigmoid() }
    }
    network.parameters = network.parameters.with(values: Tensor([3, -1, 0] as [Float]))
    let classifier = try Classifier(network, inputs: inputs)
    let scores = inputs.matmul(Tensor([3, -1] as [Float], shape: [2, 1]))
    #expect(classifier.classes == 2)
    expectClose(
      try classifier.network.logits(of: inputs),
      Tensor.concatenating([scores.zerosLike(), scores], axis: 1), absolute: 1e-6)
  }

  @Test("One probability that no sigmoid made stands for two classes")
  func singleProbability() throws {
    var network = try Network(input: [2]) {
      Linear(1)
      Activation(.clip(lower: 0, upper: 1))
    }
    network.parameters = network.parameters.with(values: Tensor([1, 0, 0] as [Float]))
    let classifier = try Classifier(network, inputs: inputs)
    let share = inputs.sliced(axis: 1, from: 0, to: 1, by: 1)
    expectClose(
      try classifier.network.logits(of: inputs).softmax(axis: 1),
      Tensor.concatenating([1 - share, share], axis: 1), absolute: 1e-6)
  }

  @Test("NaN, equal numbers and negative ones are logits")
  func logits() {
    #expect(ScoreKind.told(by: Tensor([0, 0, 0, 0] as [Float], shape: [2, 2])) == .logits)
    #expect(ScoreKind.told(by: Tensor([Float.nan, 1, 0, 1], shape: [2, 2])) == .logits)
    #expect(ScoreKind.told(by: Tensor([-0.1, 1.1, 0, 1] as [Float], shape: [2, 2])) == .logits)
  }
}
