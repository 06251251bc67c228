import Attacks
import Certification
import Methods
import Models
import Networks
import Tensors
import TestSupport
import Testing

struct CertifierTests {
  @Test(
    "No certificate of any method is contradicted by an attack, and complete ones leave nothing open"
  )
  func certifiers() throws {
    var generator = Generator(seed: 8)
    let network = try Network(input: [6], seed: 8) {
      Linear(8)
      ReLU()
      Linear(3)
    }
    let inputs = Tensor.uniform([24, 6], using: &generator)
    // Some labels are wrong.
    var labels = try network.labels(of: inputs)
    for row in 0..<4 { labels[row] = (labels[row] + 1) % 3 }
    for entry in MethodRegistry.certifiers.entries where entry.name != "smoothing" {
      let certifier = try MethodRegistry.certifiers.make(entry.name)
      for norm in type(of: certifier).norms.sorted(by: { $0.rawValue < $1.rawValue }) {
        let ball = NormBall(norm: norm, radius: norm == .linf ? 0.01 : 0.02)
        let found = try certifier.certify(
          network, inputs, labels: labels, within: ball, using: &generator)
        #expect(found.prefix(4).allSatisfy { $0.outcome == .wrong }, "\(entry.name)")
        #expect(found.dropFirst(4).contains { $0.outcome == .certified }, "\(entry.name) \(norm)")
        let set = try ball.set
        let attacked = try ProjectedGradientAttack(steps: 20)(
          network, on: inputs, labels: Tensor(labels), within: set, using: &generator)
        for (prediction, isFooled) in zip(found, attacked.fooled) {
          #expect(!(prediction.outcome == .certified && isFooled), "\(entry.name) \(norm)")
          if entry.name == "complete" {
            #expect([.wrong, .certified, .refuted].contains(prediction.outcome))
            if isFooled { #expect(prediction.outcome != .certified) }
          }
        }
      }
    }
  }

  @Test("Smoothing certifies or abstains, and tells which label it votes for")
  func smoothing() throws {
    var generator = Generator(seed: 9)
    let network = try Network(input: [2], seed: 9) { Linear(2) }
    let inputs = Tensor.uniform([10, 2], using: &generator)
    let labels = try network.labels(of: inputs)
    var certifier = SmoothingCertifier()
    certifier.smoothing.samples = 500
    let found = try certifier.certify(
      network, inputs, labels: labels, within: NormBall(norm: .l2, radius: 0.01),
      using: &generator)
    for (prediction, label) in zip(found, labels) {
      switch prediction.outcome {
      case .certified: #expect(prediction.decision == label)
      case .wrong: #expect(prediction.decision == 1 - label)
      default: #expect([-1, label].contains(prediction.decision))
      }
    }
    #expect(found.contains { $0.outcome == .certified })
  }
}
