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

@Test("What may be no number is not certified, whatever follows it")
func unknownNumbersStayUnknown() throws {
  for function in [ElementwiseFunction.log, .squareRoot, .reciprocal] {
    var builder = GraphBuilder()
    let x = builder.addInput(ValueType([.batch, 2]))
    let y = try builder.add(.map(function), [x])
    let z = try builder.add(.map(.sigmoid), [y])
    let w = try builder.add(.map(.sign), [y])
    let output = try builder.add(.combine(.add), [z, w])
    let network = builder.network(output: output)
    let point = Tensor([0.0, 0.0] as [Float], shape: [1, 2])
    let box = try network.intervalBounds(over: Box(lower: point - 1, upper: point + 1))
    #expect(!box.upper.isFinite.any().booleans[0], "\(function)")
    #expect(!box.lower.isFinite.any().booleans[0], "\(function)")
  }
}

@Test("A number that a whole type does not hold is unknown after a cast")
func castsThatWrapAreUnknown() throws {
  var builder = GraphBuilder()
  let x = builder.addInput(ValueType([.batch, 2]))
  let output = try builder.add(.cast(.uint8), [x])
  let network = builder.network(output: output)
  let point = Tensor([250.0, 10.0] as [Float], shape: [1, 2])
  let box = try network.intervalBounds(over: Box(lower: point - 8, upper: point + 8))
  #expect(box.upper.isFinite.booleans == [false, true])
}

@Test("A set that is empty, its center lying outside its domain, certifies nothing")
func emptySetsCertifyNothing() throws {
  let network = try perceptron(2)
  let inputs = Tensor.full(3, [1, 6])
  let set = try LinfBall(radius: 0.1)
  let isCertified = try (0..<3).map {
    try IntervalCertificate().certified(network, inputs, labels: Tensor([$0]), within: set)[0]
  }
  #expect(isCertified == [false, false, false])
}
