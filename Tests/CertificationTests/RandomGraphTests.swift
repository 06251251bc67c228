import Models
import Networks
import Tensors
import TestSupport
import Testing

@testable import Certification

/// What must be true of bounds, whatever the graph.
@Suite struct RandomGraphTests {
  private static let methods: [BoundMethod] = [
    .interval, .forward, .crownInterval, .crown,
    .alphaCrown(SlopeOptimization(iterations: 2)),
  ]

  @Test("A decomposed graph has the same value", arguments: UInt64(0)..<40)
  func decompositionsKeepValues(seed: UInt64) throws {
    let network = try RandomGraph.network(seed: seed)
    var generator = Generator(seed: seed)
    let x = Tensor.uniform(
      [3] + network.inputShape, in: -2...2, dtype: .float64, using: &generator)
    expectClose(
      try Decomposition.network(from: network).output(of: x), try network.output(of: x),
      absolute: 1e-9, relative: 1e-9)
  }

  @Test("Bounds by every method contain all that is found", arguments: UInt64(0)..<24)
  func boundsContainWhatIsFound(seed: UInt64) throws {
    try checkBounds(of: try RandomGraph.network(seed: seed), seed)
  }

  @Test("So they do where networks jump and wave", arguments: UInt64(100)..<124)
  func boundsContainJumps(seed: UInt64) throws {
    try checkBounds(of: try RandomGraph.network(seed: seed, jumps: true), seed)
  }

  private func checkBounds(of network: Network, _ seed: UInt64) throws {
    var generator = Generator(seed: seed)
    let size = [0.5, 0.5, 0.5, 1e6][Int(seed % 4)]
    let center = Tensor.uniform(
      [2] + network.inputShape, in: -size...size, dtype: .float64, using: &generator)
    for radius in [0, 0.05, 0.6] {
      let reach = Tensor.uniform(
        center.shape, in: 0...radius, dtype: .float64, using: &generator)
      // Some features do not vary at all.
      let spread = reach * (reach .> radius * 0.3).cast(to: .float64)
      let box = Box(lower: center - spread, upper: center + spread)
      let outputs = try found(in: box, by: network, &generator)
      for method in Self.methods {
        let bounds = try network.bounds(over: box, method: method)
        for output in outputs {
          // What the evaluation itself is off by.
          let slack = output.magnitude() * 1e-11 + size * 1e-11
          let isInside =
            (bounds.lower .<= output + slack) .& (output .<= bounds.upper + slack)
          #expect(isInside.all().booleans[0], "\(method), radius \(radius), around \(size)")
        }
      }
    }
  }

  /// Outputs at corners, inside, and at the ends of descents along every output.
  private func found(
    in box: Box, by network: Network, _ generator: inout Generator
  ) throws -> [Tensor] {
    var points: [Tensor] = []
    for _ in 0..<6 {
      points.append(box.randomCorner(using: &generator).cast(to: .float64))
      let share = Tensor.uniform(box.lower.shape, dtype: .float64, using: &generator)
      points.append(box.lower + (box.upper - box.lower) * share)
    }
    for output in 0..<3 {
      for direction in [-1.0, 1.0] {
        var point = (box.lower + box.upper) * 0.5
        for step in [0.5, 0.25] {
          let slope = try Tensors.gradient(at: point) { x in
            try network.output(of: x).narrowed(axis: 1, from: output, count: 1).sum()
          }
          point = (point + slope.sign() * (box.upper - box.lower) * (direction * step))
            .maximum(box.lower).minimum(box.upper)
        }
        points.append(point)
      }
    }
    return try points.map { try network.output(of: $0) }
  }
}
