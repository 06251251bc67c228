import Certification
import Models
import Networks
import Tensors
import Testing

/// A network of two inputs: a few affine steps around an operation under test.
private func network(
  _ middle: (inout GraphBuilder, Graph.ValueID) throws -> Graph.ValueID
) throws -> Network {
  var builder = GraphBuilder()
  let input = builder.addInput(ValueType([.batch, 2]))
  let weight = builder.addConstant(Tensor([1, 0.5, -0.7, 1.2] as [Float], shape: [2, 2]))
  let inner = try builder.add(.linear, [input, weight])
  let value = try middle(&builder, inner)
  let sum = builder.addConstant(Tensor([1, -1] as [Float], shape: [1, 2]))
  let output = try builder.add(.linear, [value, sum])
  return builder.network(output: output)
}

private func least(_ network: Network) throws -> Double {
  let axis = Tensor.evenlySpaced(-1...1, count: 201)
  let points = Tensor.stacking([axis.repeatingElements(201, axis: 0), axis.tiled([201])], axis: 1)
  return try network.output(of: points).min().item()
}

private func below(_ level: Double) -> VerificationProperty {
  let corner = Tensor.full(1.0, [2], dtype: .float64)
  return VerificationProperty(cases: [
    .init(
      box: Box(lower: -corner, upper: corner), outputs: .ones([1, 1], dtype: .float64),
      constants: Tensor([-level]))
  ])
}

private let cases:
  [(String, @Sendable (inout GraphBuilder, Graph.ValueID) throws -> Graph.ValueID)] = [
    ("sign", { try $0.add(.map(.sign), [$1]) }),
    (
      "floor",
      {
        let wide = try $0.add(
          .combine(.multiply), [$1, $0.addConstant(Tensor(scalar: Float(3)))])
        return try $0.add(.map(.floor), [wide])
      }
    ),
    ("ceiling", { try $0.add(.map(.ceiling), [$1]) }),
    ("round", { try $0.add(.map(.round), [$1]) }),
    ("sine", { try $0.add(.map(.sine), [$0.add(.combine(.add), [$1, $1])]) }),
    ("cosine", { try $0.add(.map(.cosine), [$0.add(.combine(.add), [$1, $1])]) }),
    ("arctangent", { try $0.add(.map(.arctangent), [$1]) }),
    (
      "tangent",
      {
        let small = try $0.add(
          .combine(.multiply), [$1, $0.addConstant(Tensor(scalar: Float(0.5)))])
        return try $0.add(.map(.tangent), [small])
      }
    ),
    (
      "choose",
      {
        let isAbove = try $0.add(
          .combine(.greater), [$1, $0.addConstant(Tensor(scalar: Float(0.25)))])
        return try $0.add(.choose, [isAbove, $1, $0.add(.map(.square), [$1])])
      }
    ),
    (
      "cast of booleans",
      {
        let isBelow = try $0.add(.combine(.less), [$1, $0.addConstant(Tensor(scalar: Float(0.3)))])
        let both = try $0.add(.combine(.and), [isBelow, $0.add(.map(.not), [isBelow])])
        let any = try $0.add(.combine(.or), [isBelow, both])
        return try $0.add(.cast(.float32), [any])
      }
    ),
    (
      "cast to integers",
      {
        let wide = try $0.add(.combine(.multiply), [$1, $0.addConstant(Tensor(scalar: Float(4)))])
        return try $0.add(.cast(.float32), [$0.add(.cast(.int64), [wide])])
      }
    ),
    (
      "remainder",
      { try $0.add(.combine(.remainder), [$1, $0.addConstant(Tensor(scalar: Float(0.75)))]) }
    ),
    (
      "power of a varying exponent",
      {
        let base = try $0.add(.combine(.add), [$1, $0.addConstant(Tensor(scalar: Float(3)))])
        return try $0.add(.combine(.power), [base, $1])
      }
    ),
    (
      "argmax",
      {
        let place = try $0.add(.argmax(axis: 1, keepingAxes: true), [$1])
        let both = try $0.add(.concatenate(axis: 1), [place, place])
        return try $0.add(
          .combine(.multiply), [$1, $0.add(.cast(.float32), [both])])
      }
    ),
  ]

@Test("Networks that jump or are periodic are decided both ways", arguments: cases.map(\.0))
func jumpingNetworksAreSettled(_ name: String) throws {
  let network = try network(cases.first { $0.0 == name }!.1)
  let least = try least(network)
  let verifier = Verifier(network, timeout: 60)
  guard case .violated(let found) = try verifier.verify(below(least + 0.01)) else {
    Issue.record("\(least) is reached")
    return
  }
  #expect(try network.output(of: found.input.expandedDimension(at: 0)).item() <= least + 0.01)
  let result = try verifier.verify(below(least - 0.3))
  #expect(result.name == "holds", "\(name): \(result)")
}

/// Enlarges by cubic interpolation, which has no bounds here.
private func unbounded() throws -> Network {
  var builder = GraphBuilder()
  let input = builder.addInput(ValueType([.batch, 2]))
  let image = try builder.add(.reshape([.batch, 1, 1, 2]), [input])
  let large = try builder.add(
    .resize([2, 4], .cubic, alignsCorners: false), [image], name: "enlarge")
  let flat = try builder.add(.reshape([.batch, 8]), [large])
  let output = try builder.add(.reduce(.sum, axes: [1], keepingAxes: true), [flat])
  return builder.network(output: output)
}

@Test("A network without bounds is attacked all the same, and the node is named")
func networksWithoutBoundsAreAttacked() throws {
  let verifier = Verifier(try unbounded(), timeout: 20)
  let reached = try verifier.verify(below(-6))
  #expect(reached.name == "violated")
  guard case .unknown(let reason) = try verifier.verify(below(-100)) else {
    Issue.record("nothing can be proved")
    return
  }
  #expect(reason.contains("'enlarge'") && reason.contains("resize") && !reason.contains("\n"))
}

@Test("Where the batch is not in front, intervals decide")
func intervalsStandIn() throws {
  var builder = GraphBuilder()
  let input = builder.addInput(ValueType([.batch, 2]))
  let turned = try builder.add(.transpose([1, 0]), [input])
  let back = try builder.add(.transpose([1, 0]), [builder.add(.map(.absolute), [turned])])
  let output = try builder.add(.reduce(.sum, axes: [1], keepingAxes: true), [back])
  let network = builder.network(output: output)
  let verifier = Verifier(network, timeout: 20)
  #expect(try verifier.verify(below(-0.01)).name == "holds")
  #expect(try verifier.verify(below(0.1)).name == "violated")
}

@Test("Inputs that are only compared with numbers are cut there", arguments: [false, true])
func comparisonsAreSettled(isShared: Bool) throws {
  var builder = GraphBuilder()
  let input = builder.addInput(ValueType([.batch, 2]))
  let isAbove = try builder.add(
    .combine(.greater),
    [
      input,
      builder.addConstant(isShared ? Tensor(scalar: Float(0.1)) : Tensor([Float(0.1), -0.3])),
    ])
  let values = try builder.add(.cast(.float32), [isAbove])
  let weight = builder.addConstant(Tensor([1, 2, -1, 0.5] as [Float], shape: [2, 2]))
  let scores = try builder.add(
    .map(.square), [builder.add(.linear, [values, weight])])
  let output = try builder.add(.reduce(.sum, axes: [1], keepingAxes: true), [scores])
  let verifier = Verifier(builder.network(output: output), timeout: 20)
  // The values are 0, 2, 4.25 and 9.25.
  #expect(try verifier.verify(above(9.25)).name == "violated")
  #expect(try verifier.verify(above(9.26)).name == "holds")
}

private func above(_ level: Double) -> VerificationProperty {
  let corner = Tensor.full(1.0, [2], dtype: .float64)
  return VerificationProperty(cases: [
    .init(
      box: Box(lower: -corner, upper: corner), outputs: Tensor([-1.0], shape: [1, 1]),
      constants: Tensor([level]))
  ])
}
