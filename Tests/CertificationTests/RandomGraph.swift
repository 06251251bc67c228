import Networks
import Tensors

/// A network of random operations in double precision, the same for the same seed; some of its
/// shapes are degenerate.
struct RandomGraph {
  private var builder = GraphBuilder()
  private var generator: Generator

  /// Whether half of the activations jump or wave.
  private let jumps: Bool

  private init(seed: UInt64, jumps: Bool) {
    (generator, self.jumps) = (Generator(seed: seed), jumps)
  }

  static func network(seed: UInt64, jumps: Bool = false) throws -> Network {
    var graph = RandomGraph(seed: seed, jumps: jumps)
    return try graph.network()
  }

  private mutating func network() throws -> Network {
    // Size 1 comes up often: it broadcasts, folds away and makes windows whole images.
    let channels = Int.random(in: 1...3, using: &generator)
    let (height, width) = (
      [1, 3, 4].randomElement(using: &generator)!, [1, 4, 5].randomElement(using: &generator)!
    )
    var value = builder.addInput(
      ValueType(
        [.batch, Dimension(channels), Dimension(height), Dimension(width)], .float64))
    for _ in 0..<Int.random(in: 1...3, using: &generator) { value = try imageStep(value) }
    let count = builder.type(of: value).count
    value = try builder.add(.reshape([.batch, Dimension(count)]), [value])
    for _ in 0..<Int.random(in: 1...3, using: &generator) { value = try vectorStep(value) }
    let output = try linear(value, to: 3)
    return builder.network(output: output)
  }

  private mutating func fixed(_ shape: Shape, in range: ClosedRange<Double> = -1...1)
    -> Graph.ValueID
  {
    builder.addConstant(.uniform(shape, in: range, dtype: .float64, using: &generator))
  }

  private func sizes(_ value: Graph.ValueID) -> Shape { builder.type(of: value).shape.map(\.size) }

  private mutating func linear(_ x: Graph.ValueID, to count: Int) throws -> Graph.ValueID {
    let features = sizes(x)[1]
    let reach = 1.5 / Double(features).squareRoot()
    return try builder.add(
      .linear, [x, fixed([count, features], in: -reach...reach), fixed([count])])
  }

  private mutating func jump(_ x: Graph.ValueID) throws -> Graph.ValueID {
    let functions: [ElementwiseFunction] = [.sine, .cosine, .sign, .floor, .ceiling, .round]
    let number = builder.addConstant(Tensor(scalar: 0.3))
    switch Int.random(in: 0..<9, using: &generator) {
    case 0:
      let isAbove = try builder.add(.combine(.greater), [x, number])
      return try builder.add(.choose, [isAbove, x, builder.add(.map(.negate), [x])])
    case 1:
      let isBelow = try builder.add(.combine(.lessOrEqual), [x, number])
      let isOther = try builder.add(
        .combine(.exclusiveOr), [isBelow, builder.add(.map(.not), [isBelow])])
      let both = try builder.add(.combine(.and), [isBelow, isOther])
      return try builder.add(.combine(.multiply), [x, builder.add(.cast(.float64), [both])])
    case 2: return try builder.add(.combine(.remainder), [x, number])
    case 3: return try builder.add(.cast(.float64), [builder.add(.cast(.int64), [x])])
    default: return try builder.add(.map(functions.randomElement(using: &generator)!), [x])
    }
  }

  private mutating func activation(_ x: Graph.ValueID) throws -> Graph.ValueID {
    if jumps, Bool.random(using: &generator) { return try jump(x) }
    let functions: [ElementwiseFunction] = [
      .relu, .leakyRelu(slope: 0.2), .leakyRelu(slope: 1.7), .absolute, .sigmoid, .tanh, .softplus,
      .elu(alpha: 1), .selu(alpha: 1.67, gamma: 1.05), .silu, .mish, .gelu(approximate: false),
      .hardSwish, .hardSigmoid(alpha: 0.2, beta: 0.5), .clip(lower: -0.5, upper: 0.7), .softsign,
      .arctangent, .errorFunction, .square,
    ]
    return try builder.add(.map(functions.randomElement(using: &generator)!), [x])
  }

  private mutating func convolution(_ x: Graph.ValueID, stride: Int = 1) throws -> Graph.ValueID {
    let (channels, out) = (sizes(x)[1], stride == 1 ? sizes(x)[1] : 2)
    let geometry = ConvolutionGeometry(
      stride: [stride, stride], padding: [1, 1], dilation: [1, 1])
    return try builder.add(
      .convolution(geometry), [x, fixed([out, channels, 3, 3], in: -0.4...0.4), fixed([out])])
  }

  private mutating func imageStep(_ x: Graph.ValueID) throws -> Graph.ValueID {
    let (channels, height) = (sizes(x)[1], sizes(x)[2])
    let window = PoolingGeometry(
      kernel: [2, 2], stride: [1, 1], padding: [1, 1], dilation: [1, 1], roundsUp: false)
    switch Int.random(in: 0..<9, using: &generator) {
    case 0: return try activation(convolution(x, stride: 2))
    case 1: return try builder.add(.combine(.add), [x, activation(convolution(x))])
    case 2: return try builder.add(.maxPool(window), [x])
    case 3:
      return try builder.add(
        .averagePool(window, countsPadding: Bool.random(using: &generator)), [x])
    case 4:
      let operands = [
        x, fixed([channels]), fixed([channels]), fixed([channels]), fixed([channels], in: 0.5...2),
      ]
      return try builder.add(.batchNormalization(epsilon: 1e-5), operands)
    case 5: return try builder.add(.concatenate(axis: 1), [x, activation(x)])
    case 6:
      let start = Int.random(in: 0..<height, using: &generator)
      return try builder.add(.slice(axis: 2, start: start, end: height, step: 1), [x])
    case 7: return try builder.add(.transpose([0, 1, 3, 2]), [activation(x)])
    default: return try builder.add(.combine(.multiply), [x, fixed([channels, 1, 1])])
    }
  }

  private mutating func vectorStep(_ x: Graph.ValueID) throws -> Graph.ValueID {
    let count = sizes(x)[1]
    switch Int.random(in: 0..<10, using: &generator) {
    case 0, 1: return try activation(linear(x, to: 4))
    case 2: return try builder.add(.combine(.add), [x, activation(linear(x, to: count))])
    case 3: return try builder.add(.combine(.multiply), [activation(linear(x, to: count)), x])
    case 4: return try builder.add(.combine(.maximum), [x, linear(x, to: count)])
    case 5: return try builder.add(.concatenate(axis: 1), [linear(x, to: 1), activation(x)])
    case 6:
      let mean = try builder.add(.reduce(.mean, axes: [1], keepingAxes: true), [x])
      return try builder.add(.combine(.subtract), [x, mean])
    case 7: return try builder.add(.softmax(axis: 1), [linear(x, to: 4)])
    case 8:
      return try builder.add(
        .layerNormalization(axes: 1, epsilon: 0.1), [linear(x, to: 4), fixed([4]), fixed([4])])
    default: return try builder.add(.reverse(axis: 1), [activation(x)])
    }
  }
}
