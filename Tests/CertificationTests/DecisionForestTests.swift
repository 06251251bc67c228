import Models
import Networks
import Tensors
import TestSupport
import Testing

@testable import Certification

private func box(seed: UInt64, features: Int) -> (lower: [Double], upper: [Double]) {
  var generator = Generator(seed: seed &+ 100)
  let lower = (0..<features).map { _ in
    Double(Int.random(in: -14...10, using: &generator)) / 4
      + [0, 0.125].randomElement(using: &generator)!
  }
  return (
    lower, lower.map { $0 + Double(Int.random(in: 0...12, using: &generator)) / 4 }
  )
}

@Test(
  "Bounds of one tree are the least and the largest leaf that a box reaches",
  arguments: UInt64(0)..<12)
func boundsOfATreeAreExact(seed: UInt64) throws {
  let forest = RandomForest(seed: seed, trees: 1, features: 3, values: 2, depth: 5)
  let network = try forest.network()
  let (lower, upper) = box(seed: seed, features: 3)
  let corners = Box(lower: Tensor(lower, shape: [1, 3]), upper: Tensor(upper, shape: [1, 3]))
  let values = forest.values(over: lower, upper)
  for (name, bounds) in [
    ("interval", try network.intervalBounds(over: corners)),
    ("crown", try network.bounds(over: corners, method: .crown)),
    ("forward", try network.bounds(over: corners, method: .forward)),
  ] {
    for place in 0..<2 {
      let (low, high) = (bounds.lower[0][place].item(), bounds.upper[0][place].item())
      #expect(abs(low - values.map { $0[place] }.min()!) < 1e-9, "\(name) \(forest) \(corners)")
      #expect(abs(high - values.map { $0[place] }.max()!) < 1e-9, "\(name)")
    }
  }
}

@Test("Bounds of a forest are the sums of its trees'", arguments: UInt64(0)..<6)
func boundsOfAForestAreSums(seed: UInt64) throws {
  let forest = RandomForest(seed: seed, trees: 7, features: 3, values: 2, depth: 4)
  let (lower, upper) = box(seed: seed, features: 3)
  let bounds = try forest.network().intervalBounds(
    over: Box(lower: Tensor(lower, shape: [1, 3]), upper: Tensor(upper, shape: [1, 3])))
  for place in 0..<2 {
    let sum = forest.trees.reduce(0) { sum, tree in
      let alone = RandomForest(trees: [tree], features: 3, values: 2)
      return sum + alone.values(over: lower, upper).map { $0[place] }.min()!
    }
    #expect(abs(bounds.lower[0][place].item() - sum) < 1e-9)
  }
}

@Test("What a forest reaches is verified to the last step", arguments: UInt64(0)..<8)
func forestsAreVerified(seed: UInt64) throws {
  let forest = RandomForest(seed: seed, trees: 6, features: 3, values: 1, depth: 4)
  let network = try forest.network()
  let (lower, upper) = box(seed: seed, features: 3)
  let most = forest.values(over: lower, upper).map { $0[0] }.max()!
  func verify(atLeast level: Double, strictly: Bool = false) throws -> VerificationResult {
    let property = VerificationProperty(cases: [
      .init(
        box: Box(lower: Tensor(lower), upper: Tensor(upper)),
        outputs: Tensor([-1.0], shape: [1, 1]),
        constants: Tensor([level]), isStrict: [strictly])
    ])
    return try Verifier(network, timeout: 60).verify(property)
  }
  guard case .violated(let found) = try verify(atLeast: most) else {
    Issue.record("\(most) is reached")
    return
  }
  #expect(forest.value(at: found.input.elements(as: Float.self).map(Double.init))[0] >= most)
  // The border itself is left open by rounding, once all else is decided.
  #expect(try verify(atLeast: most, strictly: true).name == "unknown")
  // Values are multiples of a sixteenth.
  guard case .holds = try verify(atLeast: most + 0.01) else {
    Issue.record("nothing lies above \(most)")
    return
  }
}

@Test("Paths that reach no leaf, or two, are no trees")
func otherPathsAreNoTrees() throws {
  let network = try RandomForest(seed: 3, trees: 2, features: 2, values: 1, depth: 3).network()
  #expect(DecisionForest.all(in: network).count == 1)
  let broken = try network.rewritten { builder, node, _ in
    guard case .constant(let paths) = node.operation, paths.rank == 3, paths.size(1) > 1 else {
      return nil
    }
    // A leaf that does not ask for a comparison that fails is reached beside its neighbor.
    let flat = paths.flattened().elements(as: Float.self)
    let place = flat.lastIndex(of: -1)!
    let isOther = (Tensor.range(0..<flat.count) .!= Double(place)).cast(to: .float32)
    return builder.addConstant(paths * isOther.reshaped(to: paths.shape))
  }
  #expect(DecisionForest.all(in: broken).isEmpty)
}

extension RandomForest {
  init(trees: [Tree], features: Int, values: Int) {
    (self.trees, self.features, self.values) = (trees, features, values)
  }
}
