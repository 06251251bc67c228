import Attacks
import Certification
import Datasets
import Models
import Networks
import Tensors
import TestSupport
import Testing
import Training

/// Points around four centers, far enough apart to be told apart with a margin.
private func blobs(_ count: Int, seed: UInt64) throws -> Dataset {
  var generator = Generator(seed: seed)
  let labels = (0..<count).map { $0 % 4 }
  let centers = Tensor([0.2, 0.2, 0.2, 0.8, 0.8, 0.2, 0.8, 0.8] as [Float], shape: [4, 2])
  let inputs =
    centers.gathering(Tensor(labels)) + Tensor.normal([count, 2], using: &generator) * 0.06
  return try Dataset(name: "blobs", inputs: inputs, labels: labels)
}

@Test("Training for margins certifies, and no attack contradicts the certificate")
func marginCertificatesHold() throws {
  let (training, test) = (try blobs(400, seed: 1), try blobs(200, seed: 2))
  let recipe = TrainingRecipe(epochs: 12, batchSize: 50, learningRate: 0.02)
  let method = LipschitzMarginTraining(recipe, loss: .emma(radius: 0.1))
  let plain = try Network(input: [2], seed: 3) {
    Linear(16)
    MaxMin()
    Linear(16)
    MaxMin()
    Linear(4)
  }
  let sandwich = try LipschitzNetwork(layers: [2, 16, 16, 4], bound: 20).parametrization(seed: 3)
  var losses: [Double] = []
  let trained = [
    try method.train(plain, on: training) { losses.append($1) },
    try method.train(sandwich, on: training).network,
  ]
  #expect(losses.count == 12)
  for (network, bound) in zip(trained, [nil, sandwich.bound]) {
    let known = bound.map { LipschitzBound($0 * (1 + 1e-5), norm: .l2, method: "sandwich") }
    let certificate = MarginCertificate(known: known)
    #expect(try certificate.certifiedAccuracy(network, on: test, radius: 0.05).value > 0.6)
    let labels = try #require(test.labelTensor)
    let radii = try certificate.radii(network, test.inputs, labels: labels)
    var generator = Generator(seed: 4)
    for radius in [0.02, 0.06, 0.12] as [Float] {
      let attack = try ProjectedGradientAttack(steps: 20)(
        network, on: test.inputs, labels: labels,
        within: L2Ball(radius: radius, domain: -9...9), using: &generator)
      let isContradicted = zip((radii .> Double(radius)).booleans, attack.fooled).contains {
        $0 && $1
      }
      #expect(!isContradicted)
    }
  }
}

@Test("On a linear network the radius is the distance to the nearest boundary")
func linearRadiiAreExact() throws {
  let network = try Network(input: [3], seed: 6) { Linear(4) }
  var generator = Generator(seed: 6)
  let inputs = Tensor.normal([20, 3], using: &generator)
  let labels = try network.output(of: inputs).argmax(axis: 1)
  let scores = try network.output(of: inputs).cast(to: .float64)
  let weight = network.parameters.tensors[0].cast(to: .float64)
  for norm in LipschitzNorm.allCases {
    let radii = try MarginCertificate(norm: norm).radii(network, inputs, labels: labels)
    let rows = (0..<20).map { row -> Double in
      let own = labels.integers[row]
      return (0..<4).filter { $0 != own }.map { other in
        (scores[row][own] - scores[row][other]).item()
          / (weight[own] - weight[other]).norm(order: norm == .l2 ? 2 : 1).item()
      }.min()!
    }
    expectClose(radii, Tensor(rows), absolute: 1e-5, relative: 1e-4)
  }
  let wrong = (labels + 1).remainder(dividingBy: Tensor(scalar: 4))
  let none = try MarginCertificate().radii(network, inputs, labels: wrong)
  #expect(none.max().item() == 0)
}

@Test("A small LiResNet trains, folds and exports")
func linearResidualNetworksTrain() throws {
  var generator = Generator(seed: 7)
  let labels = (0..<64).map { $0 % 2 }
  let inputs =
    Tensor.uniform([64, 1, 8, 8], in: 0...0.3, using: &generator)
    + Tensor(labels.map { Float($0) * 0.5 }, shape: [64, 1, 1, 1])
  let data = try Dataset(name: "shades", inputs: inputs, labels: labels)
  let start = try LiResNet(depth: 2, width: 4).parametrization(
    input: [1, 8, 8], classes: 2, seed: 1)
  let recipe = TrainingRecipe(epochs: 6, batchSize: 16, learningRate: 0.01)
  let network = try LipschitzMarginTraining(recipe, loss: .emma(radius: 0.3))
    .train(start, on: data).network
  let certified = try MarginCertificate().certifiedAccuracy(network, on: data, radius: 0.2)
  #expect(certified.value > 0.8)
  try TestFiles.withTemporaryFolder { folder in
    try network.write(onnx: folder + "/network.onnx")
    let read = try Network(onnx: folder + "/network.onnx")
    let (before, after) = (
      try network.lipschitzBound(norm: .l2).value, try read.lipschitzBound(norm: .l2).value
    )
    #expect(abs(before - after) <= 1e-9 * before)
  }
}
