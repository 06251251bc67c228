import Certification
import Models
import Networks
import Tensors
import TestSupport
import Testing

struct DenoisedTests {
  private let model = HalfSpace(weight: Tensor([Float(1), -2]), bias: 0.25)
  private let inputs = Tensor([Float(0.5), 1, -1, 0.25], shape: [2, 2])

  @Test("It says what the classifier says of what the denoiser makes")
  func composition() throws {
    let denoised = Denoised(model) { $0 * 0.5 + 1 }
    let clean = inputs * 0.5 + 1
    expectClose(try denoised.logits(of: inputs), model.logits(of: clean), absolute: 0)
    #expect(
      try Denoised(DecisionOnly(model)) { -$0 }.labels(of: inputs) == model.labels(of: -inputs))

    let network = try Network(input: [2], seed: 1) { Linear(2) }
    let through = Denoised(model, by: network)
    let expected = model.logits(of: try network.output(of: inputs))
    expectClose(try through.logits(of: inputs), expected, absolute: 0)
  }

  @Test("Slopes go through the denoiser")
  func slopes() throws {
    let network = try Network(input: [2], seed: 2) {
      Linear(4)
      Tanh()
      Linear(3)
    }
    let denoised = Denoised(network) { $0.square() + $0 }
    let labels = Tensor([0, 2])
    let (logits, slope) = try denoised.logitsAndGradient(at: inputs) {
      $0.crossEntropy(labels: labels)
    }
    let expected = try Tensors.gradient(at: inputs) {
      try network.output(of: $0.square() + $0).crossEntropy(labels: labels)
    }
    expectClose(logits, try denoised.logits(of: inputs), absolute: 1e-7)
    expectClose(slope, expected, absolute: 1e-6)
  }

  @Test("A denoiser that knows the direction of the noise makes radii larger")
  func smoothing() throws {
    // The second feature carries nothing but noise, and the classifier listens to it.
    let model = HalfSpace(weight: Tensor([Float(1), 1]), bias: 0)
    let input = Tensor([Float(0.5), 0], shape: [1, 2])
    let smoothing = RandomizedSmoothing(sigma: 0.5, samples: 2000, batchSize: 2000)
    var generator = Generator(seed: 1)
    let bare = try smoothing.certify(model, input, using: &generator)[0]
    let denoised = Denoised(model) { $0 * Tensor([Float(1), 0]) }
    let shielded = try smoothing.certify(denoised, input, using: &generator)[0]
    #expect(bare.radius < 0.5 / 2.0.squareRoot() && shielded.radius < 0.5)
    #expect(shielded.radius > bare.radius + 0.05)
  }
}
