import Foundation
import Networks
import Tensors
import Training

/// Trains the representation of a classifier, without labels, to be the same along the path on
/// which noise destroys an example, so that one evaluation denoises.
///
/// Two losses tell the examples of a batch apart: the representation of a point on the path is to
/// be nearest to that of the next cleaner point of the same example under the same noise, and that
/// of one view of an example at the least noise to that of another view. On the path the network is
/// its own target, without a gradient; targets of views come from a copy whose parameters follow
/// those of the network. What the classifier computes before its last
/// linear layer is the representation; a small perceptron projects it, and is dropped in the end.
///
/// - Source: "Robust Representation Consistency Model via Contrastive Denoising" (2025), section 3.
///   Deviations: the network is neither told the level of noise nor fed scaled inputs; views are
///   shifts, not crops and colors; one projection serves both losses; and the number of levels
///   stays the same. Targets are those of the public code; the paper's formula takes the copy for
///   the path as well.
public struct ConsistencyPretraining: Sendable, Hashable {
  /// The standard deviations at the ends of the path, in input units.
  public var noise: ClosedRange<Double>
  /// The number of points on a path; their distances grow with the noise.
  public var levels: Int
  /// What similarities are divided by.
  public var temperature: Double
  /// How much of the target is kept at each step.
  public var targetDecay: Double
  /// The largest shift of a view, in pixels; 0 for inputs that are no images.
  public var shift: Int
  /// The size of the projection.
  public var projection: Int
  public var recipe: TrainingRecipe

  public init(
    noise: ClosedRange<Double>, levels: Int = 20, temperature: Double = 0.2,
    targetDecay: Double = 0.99, shift: Int = 2, projection: Int = 64,
    recipe: TrainingRecipe = TrainingRecipe(batchSize: 256)
  ) {
    precondition(noise.lowerBound >= 0 && noise.upperBound > 0, "a path over \(noise)")
    precondition(levels > 1 && projection > 0 && shift >= 0, "\(levels) levels")
    precondition(temperature > 0 && 0..<1 ~= targetDecay, "temperature \(temperature)")
    (self.noise, self.levels, self.temperature) = (noise, levels, temperature)
    (self.targetDecay, self.shift, self.projection) = (targetDecay, shift, projection)
    self.recipe = recipe
  }

  /// Returns the network with a trained representation; its last linear layer is as it was, and so
  /// are the running statistics of batch normalizations.
  ///
  /// - Shape: `inputs` `[examples] + inputShape`.
  /// - `report`: is called with the share of the run that is done.
  /// - Throws: `NetworkError.unsupported` if the network does not end in a linear layer,
  ///   `NetworkError.inputMismatch`, `TrainingError` and `CancellationError`.
  public func pretrain(
    _ network: Network, on inputs: Tensor, using generator: inout some RandomNumberGenerator,
    report: (Double) -> Void = { _ in }
  ) throws -> Network {
    try network.checkInput(inputs)
    let encoder = try Encoder(network, projection: projection, seed: generator.next())
    var target = encoder.values
    let values = try recipe.minimize(
      from: encoder.values, examples: inputs.size(0), using: &generator,
      finishStep: { values, share in
        target = target.interpolated(to: values, fraction: 1 - targetDecay)
        report(share)
      },
      loss: { values, rows, generator in
        let examples = inputs.gathering(rows)
        let noise = Tensor.normal(examples.shape, using: &generator)
        func loss(_ noisy: Tensor, _ clean: Tensor, toward target: Tensor) throws -> Tensor {
          try discrimination(
            of: encoder.output(of: noisy, values), toward: encoder.output(of: clean, target))
        }
        let level = Int.random(in: 0..<levels - 1, using: &generator)
        let path = try loss(
          examples.adding(noise, scaledBy: sigma(at: level + 1)),
          examples.adding(noise, scaledBy: sigma(at: level)), toward: values.detached())
        let views = (0..<2).map { _ in
          examples.shifted(upTo: shift, using: &generator).adding(noise, scaledBy: sigma(at: 0))
        }
        return path + (try loss(views[0], views[1], toward: target))
      })
    var trained = network
    trained.parameters = network.parameters.with(
      values: encoder.restoringLastLayer(of: encoder.split(values).network))
    return trained
  }

  /// The standard deviation of a point on the path, counted from the cleanest.
  ///
  /// - Source: "Elucidating the Design Space of Diffusion-Based Generative Models" (2022),
  ///   equation 5, with exponent 7.
  func sigma(at level: Int) -> Double {
    let ends = (pow(noise.lowerBound, 1 / 7), pow(noise.upperBound, 1 / 7))
    return pow(ends.0 + Double(level) / Double(levels - 1) * (ends.1 - ends.0), 7)
  }

  /// The negative logarithm of the probability with which a softmax over a batch's targets picks an
  /// example's own, on average.
  ///
  /// - Shape: both `[batch, projection]`.
  func discrimination(of outputs: Tensor, toward targets: Tensor) -> Tensor {
    let cosines = outputs.unitRows().matmul(targets.detached().unitRows().transposed())
    return (cosines / temperature).crossEntropy(labels: .range(0..<outputs.size(0)))
  }
}

/// A network up to its last linear layer, and a perceptron after that.
private struct Encoder {
  private let network: Network
  private let head: Network
  private let representation: Int

  init(_ network: Network, projection: Int, seed: UInt64) throws {
    let last = network.graph.nodes[network.graph.output]
    guard case .linear = last.operation else {
      throw NetworkError.unsupported(
        node: last.name, operation: last.operation.name, interpretation: "consistency pretraining",
        hint: "The network has to end in a linear layer, whose input is trained.")
    }
    representation = last.operands[0]
    let width = network.graph.nodes[representation].type.count
    self.network = network
    head = try Network(input: [width], seed: seed) {
      Linear(4 * projection)
      ReLU()
      Linear(projection)
    }
  }

  var values: Tensor { .concatenating([network.parameters.values, head.parameters.values]) }

  func split(_ values: Tensor) -> (network: Tensor, head: Tensor) {
    let parts = values.split(sizes: [network.parameters.count, head.parameters.count])
    return (parts[0], parts[1])
  }

  /// These values of the network with those of the last layer as they were: it is not trained, but
  /// weights decay.
  func restoringLastLayer(of values: Tensor) -> Tensor {
    let kept = network.graph.nodes[network.graph.output].operands.dropFirst().compactMap {
      operand in
      if case .parameter(let index) = network.graph.nodes[operand].operation { index } else { nil }
    }
    let trained = network.parameters.with(values: values).tensors
    return .concatenating(
      trained.indices.map { index in
        (kept.contains(index) ? network.parameters.tensors : trained)[index].flattened()
      })
  }

  func output(of inputs: Tensor, _ values: Tensor) throws -> Tensor {
    var (network, head) = (network, head)
    let parts = split(values)
    network.parameters = network.parameters.with(values: parts.network)
    head.parameters = head.parameters.with(values: parts.head)
    return try head.output(
      of: try network.values(of: inputs, mode: .training)[representation], mode: .training)
  }
}

extension Tensor {
  fileprivate func unitRows() -> Tensor {
    self / norm(axes: [1], keepingAxes: true).clamped(from: 1e-12)
  }

  /// All images moved by the same random number of pixels along each of the last two axes; zeros
  /// come in from the edge.
  fileprivate func shifted(
    upTo limit: Int, using generator: inout some RandomNumberGenerator
  ) -> Tensor {
    guard limit > 0 else { return self }
    let padded = padded([(limit, limit), (limit, limit)])
    return [-2, -1].reduce(padded) { image, axis in
      image.narrowed(
        axis: axis, from: .random(in: 0...2 * limit, using: &generator), count: size(axis))
    }
  }
}
