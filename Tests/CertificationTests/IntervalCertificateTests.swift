import Attacks
import Certification
import Models
import Networks
import Tensors
import TestSupport
import Testing

private func perceptron(_ seed: UInt64) throws -> Network {
  try Network(input: [6], seed: seed) {
    Linear(16)
    ReLU()
    Linear(16)
    SiLU()
    Linear(3)
  }
}

@Test("No attack contradicts a certificate", arguments: UInt64(0)..<6)
func certificatesHold(seed: UInt64) throws {
  let network = try perceptron(seed)
  var generator = Generator(seed: seed)
  let inputs = Tensor.uniform([64, 6], using: &generator)
  let labels = try network.output(of: inputs).argmax(axis: 1)
  var seen = 0
  for radius in [0.005, 0.02, 0.08] as [Float] {
    let ball = try LinfBall(radius: radius)
    let isCertified = try IntervalCertificate().certified(
      network, inputs, labels: labels, within: ball)
    let attack = try ProjectedGradientAttack(steps: 10)(
      network, on: inputs, labels: labels, within: ball, using: &generator)
    seen += isCertified.count { $0 }
    let isContradicted = zip(isCertified, attack.fooled).contains { $0 && $1 }
    #expect(!isContradicted)
  }
  #expect(seen > 0)
}

@Test("On an affine network the certificate is exact")
func affineCertificatesAreExact() throws {
  let network = try Network(input: [5], seed: 3) { Linear(2) }
  var generator = Generator(seed: 3)
  let inputs = Tensor.uniform([40, 5], using: &generator)
  let scores = try network.output(of: inputs)
  let labels = scores.argmax(axis: 1)
  let ball = try LinfBall(radius: 0.07, domain: -9...9)
  let margins = try IntervalCertificate(batchSize: 7).worstMargins(
    network, inputs, labels: labels, within: ball)
  let weight = network.parameters.tensors[0]
  let reach = (weight[0] - weight[1]).magnitude().sum().item() * 0.07
  let gap = -(scores.max(axes: [1]) - scores.min(axes: [1])) + reach
  expectClose(margins, gap.cast(to: .float64), absolute: 1e-5)
}

@Test("Without a radius right rows are certified, and wrong or unknown ones never")
func certificatesRefuse() throws {
  let network = try perceptron(9)
  var generator = Generator(seed: 9)
  let inputs = Tensor.uniform([32, 6], using: &generator)
  let right = try network.output(of: inputs).argmax(axis: 1)
  let wrong = (right + 1).remainder(dividingBy: Tensor(scalar: 3))
  let ball = try LinfBall(radius: 0)
  func certified(_ inputs: Tensor, _ labels: Tensor) throws -> [Bool] {
    try IntervalCertificate().certified(network, inputs, labels: labels, within: ball)
  }
  #expect(try certified(inputs, right).allSatisfy { $0 })
  #expect(try certified(inputs, wrong).allSatisfy { !$0 })
  #expect(try certified(inputs.filled(with: .nan), right).allSatisfy { !$0 })
}

@Test("A network that ends in no linear map is certified by its scores")
func scoresAreCertified() throws {
  let network = try Network(input: [6], seed: 4) {
    Linear(8)
    ReLU()
    Linear(3)
    Tanh()
  }
  var generator = Generator(seed: 4)
  let inputs = Tensor.uniform([16, 6], using: &generator)
  let labels = try network.output(of: inputs).argmax(axis: 1)
  let ball = try LinfBall(radius: 1e-6)
  #expect(
    try IntervalCertificate().certified(network, inputs, labels: labels, within: ball).contains(
      true))
}
