import Datasets
import Tensors
import TestSupport
import Testing
import Training

/// `Tests/Golden/make/optimizers.py` made the golden values with PyTorch.
struct OptimizerParityTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    let rate: Double
    let optimizer: any Optimizer
    var testDescription: String { name }
  }

  static let cases = [
    Case(name: "sgd", rate: 0.05, optimizer: MomentumSGD(momentum: 0)),
    Case(name: "momentum", rate: 0.05, optimizer: MomentumSGD(momentum: 0.9, weightDecay: 0.01)),
    Case(name: "nesterov", rate: 0.05, optimizer: MomentumSGD(momentum: 0.8, isNesterov: true)),
    Case(name: "adam", rate: 0.05, optimizer: Adam()),
    Case(name: "adamax", rate: 0.05, optimizer: AdaMax(beta1: 0.8, beta2: 0.95)),
    Case(name: "adamw", rate: 0.05, optimizer: AdamW(weightDecay: 0.1)),
    Case(
      name: "adamw-plain", rate: 0.01, optimizer: AdamW(beta1: 0.8, beta2: 0.99, weightDecay: 0)),
  ]

  @Test(
    "Fifty steps end where PyTorch's do", arguments: cases,
    [(DType.float64, "64"), (.float32, "32")])
  func fiftySteps(_ example: Case, _ precision: (dtype: DType, suffix: String)) throws {
    let golden = try NPZ(reading: TestFiles.golden("optimizers.npz"))
    let curvature = try golden.array("curvature").cast(to: precision.dtype)
    let noise = try golden.array("noise").cast(to: precision.dtype)
    var values = try golden.array("start").cast(to: precision.dtype)
    var optimizer = example.optimizer
    for step in 0..<50 {
      values = optimizer.step(
        from: values, gradient: curvature * values + noise[step], learningRate: example.rate)
    }
    expectClose(
      values, try golden.array("\(example.name)-\(precision.suffix)"), absolute: 1e-6)
  }

  @Test("A thousand steps in double precision end where PyTorch's do, to ten digits")
  func thousandSteps() throws {
    let golden = try NPZ(reading: TestFiles.golden("optimizers.npz"))
    let curvature = try golden.array("curvature")
    let places = Tensor.range(1..<8, dtype: .float64)
    let optimizers: [(String, any Optimizer)] = [("adam", Adam()), ("adamax", AdaMax())]
    for (name, optimizer) in optimizers {
      var (optimizer, values) = (optimizer, try golden.array("start"))
      for step in 0..<1000 {
        let push = (places * (0.7 * Double(step))).sin()
        values = optimizer.step(
          from: values, gradient: curvature * values + push, learningRate: 0.01)
      }
      expectClose(values, try golden.array("\(name)-long"), absolute: 1e-14, relative: 1e-10)
    }
  }

  @Test("What an optimizer remembers can be handed to another", arguments: cases)
  func state(_ example: Case) {
    var (first, values) = (example.optimizer, Tensor([1.0, -2, 3]))
    for _ in 0..<3 { values = first.step(from: values, gradient: values, learningRate: 0.1) }
    var second = example.optimizer
    second.state = first.state
    let next = first.step(from: values, gradient: values, learningRate: 0.1)
    let other = second.step(from: values, gradient: values, learningRate: 0.1)
    #expect(next.elements(as: Double.self) == other.elements(as: Double.self))
  }
}
