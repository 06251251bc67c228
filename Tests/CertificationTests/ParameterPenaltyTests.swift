import Certification
import Datasets
import Networks
import Tensors
import TestSupport
import Testing
import Training

private func network(seed: UInt64) throws -> Network {
  try Network(input: [1, 6, 6], seed: seed) {
    Conv2d(4, kernel: 3, padding: 1)
    ReLU()
    Conv2d(4, kernel: 3, stride: 2, padding: 1)
    ReLU()
    Flatten()
    Linear(3)
  }
}

@Test("Penalties have the gradient of their differences", arguments: [0, 1])
func penaltyGradients(kind: Int) throws {
  let penalty: any ParameterPenalty =
    kind == 0 ? SpectralNormPenalty(weight: 0.3) : OrthogonalConvolutionPenalty(weight: 0.3)
  let start = try network(seed: 3).inDoublePrecision()
  func value(_ values: Tensor) throws -> Tensor {
    var twin = start
    twin.parameters = start.parameters.with(values: values)
    return try penalty(twin)
  }
  let values = start.parameters.values
  let slope = try Tensors.gradient(at: values) { try value($0) }
  var generator = Generator(seed: 7)
  for _ in 0..<5 {
    let step = Tensor.normal(values.shape, dtype: .float64, using: &generator) * 1e-5
    let difference = try value(values + step).item() - value(values - step).item()
    expectClose(
      Tensor(scalar: difference), (slope * step).sum() * 2, absolute: 1e-10, relative: 1e-4)
  }
}

@Test("The spectral penalty is no less than the norms of the layers")
func spectralPenaltyBoundsLayers() throws {
  let network = try Network(input: [5], seed: 2) {
    Linear(7)
    ReLU()
    Linear(3)
  }
  let norms = try [0, 2].map { index in
    try network.parameters.tensors[index].singularValueDecomposition().values[0].item()
  }
  let sum = SpectralNormPenalty(weight: 1, gram: GramIteration(steps: 10))(network).item()
  #expect(sum >= norms[0] + norms[1] - 1e-5 && sum <= (norms[0] + norms[1]) * 1.01)
}

@Test("Training with penalties leaves smaller norms, and convolutions nearer to isometries")
func penaltiesTakeEffect() throws {
  var generator = Generator(seed: 1)
  let data = try Dataset(
    name: "noise", inputs: .uniform([60, 1, 6, 6], using: &generator),
    labels: (0..<60).map { $0 % 3 })
  let start = try network(seed: 5)
  func trained(_ penalties: [any ParameterPenalty]) throws -> Network {
    try Trainer(TrainingRecipe(epochs: 20, batchSize: 20, learningRate: 1e-2), penalties: penalties)
      .train(start, on: data)
  }
  let plain = try trained([])
  let small = try trained([SpectralNormPenalty(weight: 0.1)])
  let bounds = try [plain, small].map { try $0.lipschitzBound(norm: .l2).value }
  #expect(bounds[1] < 0.5 * bounds[0])
  let even = try trained([OrthogonalConvolutionPenalty(weight: 0.1)])
  let losses = [plain, even].map { $0.orthogonality().reduce(0) { $0 + $1.loss } }
  #expect(losses[1] < 0.1 * losses[0])
}
