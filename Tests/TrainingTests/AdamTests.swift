import Tensors
import TestSupport
import Testing
import Training

struct AdamTests {
  @Test("Without epsilon the first step is the rate times the gradient's sign")
  func firstStep() {
    var adam = Adam(epsilon: 0)
    let gradient = Tensor([3e-7, -2, 5e4, -1e-3])
    let next = adam.step(from: Tensor([1.0, 2, 3, 4]), gradient: gradient, learningRate: 0.25)
    expectClose(next, Tensor([0.75, 2.25, 2.75, 4.25]), absolute: 1e-12)
  }

  @Test("Scaling a coordinate's gradients by a power of two leaves the path as it is")
  func scaleInvariance() {
    let scale = Tensor([1.0, 1024, 1.0 / 1024])
    func path(_ optimizer: some Optimizer, scaled: Bool) -> Tensor {
      var (optimizer, values) = (optimizer, Tensor([0.5, 0.5, 0.5]))
      for step in 0..<50 {
        let push = Tensor([Double(step % 7) - 3.2, 1, Double(step % 3) - 0.7])
        values = optimizer.step(
          from: values, gradient: scaled ? push * scale : push, learningRate: 0.1)
      }
      return values
    }
    expectClose(
      path(Adam(epsilon: 0), scaled: true), path(Adam(epsilon: 0), scaled: false),
      absolute: 1e-13)
    expectClose(
      path(AdaMax(epsilon: 0), scaled: true), path(AdaMax(epsilon: 0), scaled: false),
      absolute: 1e-13)
  }

  @Test("AdaMax never steps farther than the rate, once the first moment is corrected")
  func boundedSteps() {
    var (optimizer, values) = (AdaMax(beta1: 0, epsilon: 0), Tensor([0.0]))
    for gradient in [5.0, -0.1, 3, -40, 0.2] {
      let next = optimizer.step(from: values, gradient: Tensor([gradient]), learningRate: 0.1)
      #expect(abs((next - values).item()) <= 0.1 + 1e-12)
      values = next
    }
  }

  @Test("Decay shortens the values before Adam's step")
  func decay() {
    var (plain, decayed) = (Adam(), AdamW(weightDecay: 0.5))
    let (values, gradient) = (Tensor([2.0, -4]), Tensor([1.0, 1]))
    let first = plain.step(from: values * 0.95, gradient: gradient, learningRate: 0.1)
    let second = decayed.step(from: values, gradient: gradient, learningRate: 0.1)
    expectClose(second, first, absolute: 1e-15)
  }
}
