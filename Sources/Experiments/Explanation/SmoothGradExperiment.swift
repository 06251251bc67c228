import Evidence
import ExperimentSettings
import Explanation
import Methods
import Models
import Networks
import Tensors

/// Tests what averaging over noise does to gradient maps.
///
/// - Source: "SmoothGrad: removing noise by adding noise" (2017), sections 2 and 3, on a small
///   convolutional network for 3500 digits in the place of one for ImageNet.
struct SmoothGradExperiment: Experiment {
  static let paper: PaperID = "smoothgrad"
  static let methods = ["SmoothGrad"]

  let claims: [Claim] = [
    .identity(
      "linear", "On a linear model the map is the gradient, to a millionth of its size.",
      .atMost(1e-6)),
    .level(
      "quadratic",
      "For a score xᵀAx at least 99% of the map's entries lie within three standard errors of "
        + "(A + Aᵀ)x.", .atLeast(0.99), of: "SmoothGrad"),
    .level(
      "smoother",
      "On at least 95 of 100 digits the map's total variation, as a share of its sum of "
        + "magnitudes, is below the plain gradient's.", .atLeast(0.95), of: "SmoothGrad"),
    .effect(
      "variation", "Its mean total variation is below the plain gradient's.", .less(by: 0),
      of: "SmoothGrad", over: "gradient"),
  ]

  func run(_ context: ExperimentContext) throws -> [Measurement] {
    var generator = context.generator
    let linear = try linearError(using: &generator)
    let quadratic = try quadraticShare(context.isFull ? 500 : 100, using: &generator)
    let digits = try DigitSetting(context, test: 100, using: &generator)
    let network = try digits.trainedClassifier(context) { context.report(0.7 * $0) }
    let inputs = digits.test.inputs
    let labels = try network.logits(of: inputs).argmax(axis: 1)
    let plain = try network.scoreGradient(at: inputs, labels: labels)
    let smooth = try SmoothGrad(samples: context.isFull ? 50 : 5).maps(
      network, at: inputs, labels: labels, using: &generator)
    let (rough, calm) = (plain.relativeVariation(), smooth.relativeVariation())
    let seed = context.seed
    return [
      Measurement(
        "linear", seed: seed, value: linear, unit: "relative error", trials: 50),
      Measurement("quadratic", seed: seed, value: quadratic, unit: "share"),
      Measurement(
        "smoother", seed: seed, value: (calm .< rough).cast(to: .float32).mean().item(),
        unit: "share",
        details: ["accuracy": try DigitSetting.accuracy(network, on: digits.test)]),
      Measurement(
        "variation", seed: seed, baseline: rough.mean().item(), value: calm.mean().item(),
        unit: "relative variation"),
    ]
  }

  private func linearError(using generator: inout Generator) throws -> Double {
    let network = try Network(input: [30], seed: generator.next()) { Linear(5) }
    let inputs = Tensor.uniform([50, 30], using: &generator)
    let labels = Tensor.randomIntegers([50], in: 0..<5, using: &generator)
    let map = try SmoothGrad().maps(network, at: inputs, labels: labels, using: &generator)
    let gradient = network.parameters.tensors[0].gathering(labels)
    return ((map - gradient).magnitude().max() / gradient.magnitude().max()).item()
  }

  /// The share of entries within three standard errors, for a network of one quadratic score.
  private func quadraticShare(_ samples: Int, using generator: inout Generator) throws -> Double {
    let matrix = Tensor.uniform([20, 20], in: -1...1, using: &generator)
    var builder = GraphBuilder()
    let x = builder.addInput(ValueType([.batch, 20]))
    let product = try builder.add(.matmul, [x, builder.addConstant(matrix)])
    let terms = try builder.add(.combine(.multiply), [x, product])
    let sum = try builder.add(.reduce(.sum, axes: [1], keepingAxes: true), [terms])
    let network = builder.network(output: sum)
    let inputs = Tensor.uniform([100, 20], using: &generator)
    let method = SmoothGrad(samples: samples)
    let map = try method.maps(
      network, at: inputs, labels: Tensor([Int](repeating: 0, count: 100)), using: &generator)
    let symmetric = matrix + matrix.transposed()
    let width = inputs.max(axes: [1], keepingAxes: true) - inputs.min(axes: [1], keepingAxes: true)
    let error =
      width * symmetric.norm(axes: [0], keepingAxes: true)
      * (Double(method.relativeNoise) / Double(samples).squareRoot())
    let isNear = (map - inputs.matmul(symmetric)).magnitude() .<= error * 3
    return isNear.cast(to: .float64).mean().item()
  }
}

extension Tensor {
  /// The total variation of each image over the sum of its magnitudes.
  fileprivate func relativeVariation() -> Tensor {
    let (height, width) = (size(2), size(3))
    func sum(_ tensor: Tensor) -> Tensor { tensor.magnitude().flattenedRows().sum(axes: [1]) }
    let down =
      narrowed(axis: 2, from: 1, count: height - 1)
      - narrowed(axis: 2, from: 0, count: height - 1)
    let across =
      narrowed(axis: 3, from: 1, count: width - 1) - narrowed(axis: 3, from: 0, count: width - 1)
    return (sum(down) + sum(across)) / sum(self).clamped(from: 1e-30)
  }
}
