import Models
import Networks
import Tensors
import TestSupport
import Testing

@testable import Certification

/// Networks with feature maps, and how many of their maps are bounded in patches.
private let networks: [(name: String, patches: Int, network: @Sendable () throws -> Network)] = [
  (
    "strides and padding", 1,
    {
      try Network(input: [2, 14, 14], seed: 1) {
        Conv2d(4, kernel: 3, stride: 2, padding: 1)
        ReLU()
        Conv2d(5, kernel: 3, stride: 2, padding: 1)
        ReLU()
        Conv2d(3, kernel: 2)
        Tanh()
        Flatten()
        Linear(4)
      }
    }
  ),
  (
    "scaled before padding", 1,
    {
      try Network(input: [1, 16, 16], seed: 2) {
        Standardize(mean: Tensor(scalar: Float(0.3)), scale: Tensor(scalar: Float(0.5)))
        Conv2d(3, kernel: 3, padding: 1)
        BatchNorm()
        Conv2d(3, kernel: 3, padding: 1)
        Sigmoid()
        Flatten()
        Linear(4)
      }
    }
  ),
  (
    "groups and dilation", 1,
    {
      try Network(input: [2, 24, 24], seed: 4) {
        Conv2d(4, kernel: 3, padding: 2, dilation: 2, groups: 2)
        LeakyReLU(slope: 0.1)
        Conv2d(4, kernel: 3, stride: 3, padding: 1, groups: 4)
        ReLU()
        Flatten()
        Linear(4)
      }
    }
  ),
  (
    "residual", 2,
    {
      try Network(input: [2, 20, 20], seed: 3) {
        Conv2d(4, kernel: 3, padding: 1)
        ReLU()
        Residual {
          Conv2d(4, kernel: 3, padding: 1)
          ReLU()
          Conv2d(4, kernel: 3, padding: 1)
        }
        ReLU()
        Flatten()
        Linear(4)
      }
    }
  ),
]

@Test(
  "In patches bounds are those of objectives over the whole network", arguments: networks.indices)
func patchesKeepBounds(_ row: Int) throws {
  let (name, count, make) = networks[row]
  var generator = Generator(seed: 7)
  let network = try make()
  let center = Tensor.uniform([2] + network.inputShape, in: -1...1, using: &generator)
  let region = InputRegion(Box(lower: center - 0.05, upper: center + 0.07))
  for plan in [try RelaxationPlan(network), try RelaxationPlan(network).single] {
    let bounds = try LinearBounds(plan, over: region)
    let boxes = try LinearBounds(plan, over: region, intermediate: .interval)
    let patches = plan.bounded.filter {
      Patches(plan, at: $0) != nil && !plan.isOneMapOfInput($0)
    }
    #expect(patches.count == count, "\(name)")
    for step in patches {
      let shape = plan.steps[step].shape
      let objectives = LinearObjectives.elements(
        .range(0..<shape.count), of: shape, dtype: plan.dtype)
      let least = bounds.region.minimum(of: bounds.inputObjectives(of: objectives, from: step))
      let whole = Bounds(
        lower: least.narrowed(axis: 1, from: 0, count: shape.count),
        upper: -least.narrowed(axis: 1, from: shape.count, count: shape.count))
      let box = boxes.intermediateBounds[step]!.map { $0.flattenedRows() }
      // Elements that the box makes stable may keep it.
      let isOpen = (box.lower .< 0) .& (box.upper .> 0)
      #expect(isOpen.any().booleans[0], "\(name)")
      func chosen(_ bounds: Bounds) -> Tensor {
        let both = bounds.map {
          Tensor.choosing($0.flattenedRows(), where: isOpen, otherwise: box.lower.zerosLike())
        }
        return .stacking([both.lower, both.upper])
      }
      expectClose(
        chosen(bounds.intermediateBounds[step]!), chosen(whole.meeting(box)),
        absolute: plan.dtype == .float64 ? 1e-9 : 1e-4)
    }
  }
}

@Test("Optimized bounds in patches are no looser, and hold")
func optimizedPatches() throws {
  let network = try networks[0].network()
  var generator = Generator(seed: 9)
  let center = Tensor.uniform([2] + network.inputShape, using: &generator)
  let box = Box(lower: center - 0.05, upper: center + 0.05)
  let plain = try network.bounds(over: box, method: .crown)
  let better = try network.bounds(
    over: box, method: .alphaCrown(SlopeOptimization(iterations: 10)))
  #expect((better.upper - better.lower).mean().item() < (plain.upper - plain.lower).mean().item())
  for _ in 0..<50 {
    let output = try network.output(of: box.randomCorner(using: &generator)).cast(to: .float64)
    #expect(
      ((output .>= better.lower - 1e-5) .& (output .<= better.upper + 1e-5)).all().booleans[0])
  }
}

/// Lets the batch's axis hold two images of each example, or gives them back their axis.
private struct ImagesInBatch: Layer {
  let isFolding: Bool

  func append(
    to builder: inout GraphBuilder, input: Graph.ValueID, using generator: inout Generator
  ) throws(NetworkError) -> Graph.ValueID {
    let shape = builder.type(of: input).shape
    let space = shape.suffix(2)
    return try builder.add(
      .reshape(
        isFolding
          ? [Dimension(2, isPerExample: true), 1] + space
          : [.batch, Dimension(2 * shape[1].size)] + space),
      [input])
  }
}

@Test("Bounds hold where the batch's axis holds several images of an example")
func imagesInTheBatch() throws {
  let network = try Network(input: [2, 12, 12], seed: 5) {
    ImagesInBatch(isFolding: true)
    Conv2d(3, kernel: 3, padding: 1)
    ReLU()
    Conv2d(2, kernel: 3, padding: 1)
    ReLU()
    ImagesInBatch(isFolding: false)
    Flatten()
    Linear(3)
  }
  var generator = Generator(seed: 6)
  let center = Tensor.uniform([2] + network.inputShape, using: &generator)
  let box = Box(lower: center - 0.05, upper: center + 0.05)
  let bounds = try network.bounds(over: box, method: .crown)
  for _ in 0..<20 {
    let output = try network.output(of: box.randomCorner(using: &generator)).cast(to: .float64)
    #expect(
      ((output .>= bounds.lower - 1e-5) .& (output .<= bounds.upper + 1e-5)).all().booleans[0])
  }
}

@Test(
  "A transposed convolution in phases is the transposed convolution",
  arguments: [
    (kernel: 3, stride: 2, padding: 1, size: 14), (kernel: 3, stride: 1, padding: 1, size: 9),
    (kernel: 4, stride: 2, padding: 0, size: 11), (kernel: 5, stride: 3, padding: 2, size: 13),
    (kernel: 1, stride: 2, padding: 0, size: 8), (kernel: 2, stride: 3, padding: 0, size: 9),
    (kernel: 3, stride: 2, padding: 3, size: 7),
  ])
func phases(_ row: (kernel: Int, stride: Int, padding: Int, size: Int)) {
  var generator = Generator(seed: 3)
  let weight = Tensor.normal([5, 3, row.kernel, row.kernel], using: &generator)
  let geometry = ConvolutionGeometry(
    stride: [row.stride, row.stride], padding: [row.padding, row.padding], dilation: [1, 1])
  let image = Tensor.normal([2, 3, row.size, row.size], using: &generator)
  let objectives = Tensor.normal(
    image.convolved(weight: weight, bias: nil, geometry).shape, using: &generator)
  let reach = (objectives.size(2) - 1) * row.stride - 2 * row.padding + row.kernel
  let map = ConvolutionWeight(
    weight, geometry, outputPadding: [row.size - reach, row.size - reach])
  let wanted = Tensors.gradient(at: image) {
    ($0.convolved(weight: weight, bias: nil, geometry) * objectives).sum()
  }
  expectClose(map.transposed(objectives, size: [row.size, row.size]), wanted, absolute: 1e-4)
}
