import Models
import Networks
import Tensors
import TestSupport
import Testing

@testable import Certification

private let smooth: [ElementwiseFunction] = [
  .sigmoid, .tanh, .softplus, .gelu(approximate: false), .silu,
]

private func network(
  _ function: ElementwiseFunction, inputs: Int, seed: UInt64
) throws -> Network {
  try Network(input: [inputs], seed: seed) {
    Linear(6)
    Activation(function)
    Linear(5)
    Activation(function)
    Linear(1)
  }
}

/// The output lies above this level over a cube around 0.
private func above(_ level: Double, inputs: Int, radius: Double) -> VerificationProperty {
  let corner = Tensor.full(radius, [inputs], dtype: .float64)
  return VerificationProperty(cases: [
    .init(
      box: Box(lower: -corner, upper: corner), outputs: .ones([1, 1], dtype: .float64),
      constants: Tensor([-level]))
  ])
}

/// The least output that descent from many points finds.
private func leastFound(
  _ network: Network, inputs: Int, radius: Double, using generator: inout Generator
) throws -> Double {
  var points = Tensor.uniform([200, inputs], in: -radius...radius, using: &generator)
  var least = Double.infinity
  for step in 0..<60 {
    let gradient = try Tensors.gradient(at: points) { try network.output(of: $0).sum() }
    let length = radius * (step < 30 ? 0.1 : 0.01)
    points = (points - gradient.sign() * length).clamped(from: -radius, through: radius)
    least = min(least, try network.output(of: points).min().item())
  }
  return least
}

@Test("Splitting smooth neurons never proves what a sample breaks", arguments: smooth)
func smoothAnswersAreSound(_ function: ElementwiseFunction) throws {
  for seed in UInt64(0)..<3 {
    let network = try network(function, inputs: 3, seed: seed)
    var generator = Generator(seed: seed)
    let least = try leastFound(network, inputs: 3, radius: 1.5, using: &generator)
    let verifier = Verifier(network, timeout: 1.5, splitsInputsUpTo: 0)
    for gap in [-1e-3, 1e-4, 0.05] {
      switch try verifier.verify(above(least - gap, inputs: 3, radius: 1.5)) {
      case .holds: #expect(gap > 0, "\(function), seed \(seed)")
      case .violated(let found):
        let output = try network.output(of: found.input.expandedDimension(at: 0)).item()
        #expect(output <= least - gap && output == found.output.item())
        #expect(found.input.magnitude().max().item() <= 1.5)
      case .timeout, .unknown: #expect(gap > 0, "a sample breaks it: \(function), seed \(seed)")
      }
    }
  }
}

@Test(
  "With more features than can be halved, splitting smooth neurons proves what one bound does not",
  arguments: [(ElementwiseFunction.softplus, 0.3), (.silu, 0.4), (.sigmoid, 0.7), (.tanh, 0.3)])
func smoothNeuronsAreSplit(_ function: ElementwiseFunction, share: Double) throws {
  let radius = 1.0
  let network = try network(function, inputs: 70, seed: 5)
  var generator = Generator(seed: 3)
  let least = try leastFound(network, inputs: 70, radius: radius, using: &generator)
  let corner = Tensor.full(radius, [1, 70], dtype: .float64)
  let bound = try network.bounds(
    over: Box(lower: -corner, upper: corner), method: .alphaCrown()
  ).lower.item()
  let level = least - share * (least - bound)
  var proved = 0
  let result = try Verifier(network, timeout: 60)
    .verify(above(level, inputs: 70, radius: radius)) { proved = $0.proved }
  #expect(result.name == "holds")
  #expect(proved > 1)
}

@Test("A box whose neurons cannot be split in single precision is not taken for proved")
func tinyRangesAreNotForgotten() throws {
  let network = try Network(input: [1], seed: 1) { ReLU() }
  let corner = Tensor([1e-60], shape: [1, 1]).cast(to: .float64)
  let property = VerificationProperty(cases: [
    .init(
      box: Box(lower: -corner.flattened(), upper: corner.flattened()),
      outputs: .ones([1, 1], dtype: .float64), constants: Tensor([-1.0]))
  ])
  let group = CaseGroup.groups(of: property.cases)[0]
  let root = try LinearBounds(
    RelaxationPlan(network), over: InputRegion(Box(lower: -corner, upper: corner)))
  let objective = group.combinedObjective(of: 0, by: root)
  let parameters = root.initialParameters(
    rows: 1, before: root.plan.output, constraints: SplitConstraints())
  let splitting = ReLUSplitting(
    search: CounterexampleSearch(network: network, group: group, deadline: .never), root: root,
    objective: objective, parameters: parameters, place: 0)
  #expect(!splitting.subdomains.splittable.isEmpty)
  let result = try splitting.verify(from: -1, parameters) { _, _ in }
  #expect(result.name == "violated")
}

@Test("Multiples of split constraints keep bounds below the subdomain", arguments: UInt64(0)..<6)
func constraintsAreSubtracted(seed: UInt64) throws {
  let network = try network(.tanh, inputs: 3, seed: seed)
  var generator = Generator(seed: seed)
  let plan = try RelaxationPlan(network)
  let corner = Tensor.ones([1, 3], dtype: .float64)
  let bounds = try LinearBounds(plan, over: InputRegion(Box(lower: -corner, upper: corner)))
  let step = plan.bounded[0]
  let own = bounds.intermediateBounds[step]!
  let shares = Tensor.uniform([1, 6], in: 0.3...0.7, dtype: .float64, using: &generator)
  let point = (own.lower + (own.upper - own.lower) * shares).expandedDimension(at: 1)
  // Above its point the first neuron, below it the second; of the others nothing is known.
  let infinity = Tensor(scalar: Double.infinity)
  let isFirst = Tensor.range(0..<6) .== 0
  let isSecond = Tensor.range(0..<6) .== 1
  let constraints = SplitConstraints(bounds: [
    step: Bounds(
      lower: point.replacing(with: -infinity, where: !isFirst),
      upper: point.replacing(with: infinity, where: !isSecond))
  ])
  let free = Tensor.normal([1, 1, 6], dtype: .float64, using: &generator)
  let admitted = constraints.admitted(free, of: step)
  #expect(admitted[0][0].elements(as: Double.self).dropFirst(2).allSatisfy { $0 == 0 })
  let objective = LinearObjectives(
    coefficients: .ones([1, 1, 1], dtype: .float64), constants: .zeros([1, 1], dtype: .float64))
  let inputs = Tensor.uniform([4000, 3], in: -1...1, dtype: .float64, using: &generator)
  let (weight, bias) = (network.parameters.tensors[0], network.parameters.tensors[1])
  let values = inputs.linear(weight: weight.cast(to: .float64), bias: bias.cast(to: .float64))
  let isIn =
    (values .>= constraints.bounds[step]!.lower[0]).all(axes: [1])
    .& (values .<= constraints.bounds[step]!.upper[0]).all(axes: [1])
  let inside = inputs.gathering(isIn.nonzeroIndices().flattened())
  guard inside.size(0) > 0 else { return }
  let least = try network.output(of: inside.cast(to: .float32)).min().item()
  for length in [0.0, 0.1, 1, 10] {
    let bound = bounds.lowerBounds(
      of: objective, at: plan.output,
      with: RelaxationParameters(values: [
        RelaxationParameters.Key(kind: .beta, step: step): admitted * length
      ]),
      constraints: constraints
    ).item()
    #expect(bound <= least + 1e-5, "length \(length)")
  }
}

@Test("Splitting one neuron makes the relaxations that its bounds make", arguments: smooth)
func splitsAreLocal(_ function: ElementwiseFunction) throws {
  let network = try network(function, inputs: 3, seed: 2)
  let plan = try RelaxationPlan(network)
  let corner = Tensor.ones([2, 3], dtype: .float64)
  let bounds = try LinearBounds(plan, over: InputRegion(Box(lower: -corner, upper: corner)))
  let splits = [
    ReLUSplit(step: plan.bounded[0], place: 4, point: 0.01),
    ReLUSplit(step: plan.bounded[1], place: 1, point: -0.02),
  ]
  let subdomains = bounds.rows(Tensor([0, 1, 0, 1])).cut(at: splits)
  let anew = LinearBounds(
    plan, over: subdomains.region, intermediateBounds: subdomains.intermediateBounds,
    sizes: subdomains.sizes, until: .never)
  let objective = LinearObjectives(
    coefficients: .ones([1, 1, 1], dtype: .float64), constants: .zeros([1, 1], dtype: .float64))
  expectClose(
    subdomains.lowerBounds(of: objective), anew.lowerBounds(of: objective), absolute: 1e-12)
  let first = plan.bounded[0]
  #expect(subdomains.intermediateBounds[first]!.lower[0][4].item() == Double(Float(0.01)))
  #expect(subdomains.intermediateBounds[first]!.upper[2][4].item() == Double(Float(0.01)))
  #expect(
    subdomains.intermediateBounds[first]!.lower[2][4].item()
      == bounds.intermediateBounds[first]!.lower[0][4].item())
  #expect(
    subdomains.intermediateBounds[plan.bounded[1]]!.upper[3][1].item() == Double(Float(-0.02)))
}

@Test("Linear programs over a box are solved, and infeasible ones known, by their multipliers")
func linearProgramsAreSolved() throws {
  // The larger of x + y and -x - 3 y, where x - y ≥ 0.5: least at (1/3, -1/6), where they are
  // equal.
  let objectives = Tensor([1.0, 1, -1, -3], shape: [2, 2])
  let solution = try #require(
    LinearProgram(
      rows: Tensor([1.0, -1], shape: [1, 2]), offsets: Tensor([-0.5]), objectives: objectives,
      objectiveOffsets: Tensor([0.0, 0.0])
    ).solution())
  #expect(abs(solution.point[0] - 1 / 3) < 1e-6 && abs(solution.point[1] + 1 / 6) < 1e-6)
  #expect(abs(solution.weights[0] - 2 / 3) < 1e-6 && abs(solution.weights[1] - 1 / 3) < 1e-6)
  // x ≥ 2 is nowhere: the functions less multiples of the rows are above 0 everywhere.
  let empty = try #require(
    LinearProgram(
      rows: Tensor([1.0, 0], shape: [1, 2]), offsets: Tensor([-2.0]), objectives: objectives,
      objectiveOffsets: Tensor([0.0, 0.0])
    ).solution())
  for x in [-1.0, 1] {
    for y in [-1.0, 1] {
      let sum = empty.weights[0] * (x + y) + empty.weights[1] * (-x - 3 * y)
      #expect(sum - empty.multipliers[0] * (x - 2) > 0)
    }
  }
}

@Test("Sides of a ReLU split hardly begin below their parent", arguments: UInt64(0)..<6)
func sidesBeginWhereTheirParentStood(seed: UInt64) throws {
  let network = try network(.relu, inputs: 4, seed: seed)
  let plan = try RelaxationPlan(network)
  let corner = Tensor.ones([1, 4], dtype: .float64)
  let box = Box(lower: -corner, upper: corner)
  let property = VerificationProperty(cases: [
    .init(
      box: Box(lower: -corner.flattened(), upper: corner.flattened()),
      outputs: .ones([1, plan.steps[plan.output].shape.count], dtype: .float64),
      constants: Tensor([0.0]))
  ])
  let group = CaseGroup.groups(of: property.cases)[0]
  let root = try LinearBounds(plan, over: InputRegion(box))
  let objective = group.combinedObjective(of: 0, by: root)
  let found = try SlopeOptimization(iterations: 20).optimized(
    objective.cast(to: .float32), at: plan.output, in: root.cast(to: .float32))
  let splitting = ReLUSplitting(
    search: CounterexampleSearch(network: network, group: group, deadline: .never), root: root,
    objective: objective, parameters: found.parameters, place: 0)
  let whole = splitting.subdomains.whole(found.parameters)
  let before = splitting.subdomains.bounds(of: whole, in: .float32)
  let origin = splitting.subdomains.traced(whole, before)
  /// How far sides begin below the whole, in sum, with multipliers and without.
  var (warm, cold) = (0.0, 0.0)
  for index in splitting.subdomains.splittable {
    let step = plan.steps[index].operands[0]
    let bounds = root.intermediateBounds[step]!
    let isOpen = ((bounds.lower .< 0) .& (bounds.upper .> 0)).flattened().booleans
    for place in isOpen.indices where isOpen[place] {
      let splits = [ReLUSplit(step: step, place: place, point: 0)]
      let (sides, bounds) = origin.split([0], at: splits)
      func drop(_ sides: SubdomainBatch) -> Double {
        let values = bounds.lowerBounds(
          of: objective.cast(to: .float32), at: plan.output, with: sides.parameters,
          constraints: sides.constraints
        ).flattened().elements(as: Double.self)
        return values.map { max(0, found.bounds.item() - $0) }.reduce(0, +)
      }
      warm += drop(sides)
      cold += drop(whole.split([0], at: splits))
    }
  }
  #expect(cold > 0)
  #expect(warm < cold * 0.2)
}

@Test("Without the neurons that are dead over a box bounds are the same", arguments: UInt64(0)..<4)
func deadNeuronsAreLeftOut(seed: UInt64) throws {
  let network = try Network(input: [5], seed: seed) {
    Linear(40)
    ReLU()
    Linear(40)
    ReLU()
    Linear(3)
  }
  var generator = Generator(seed: seed)
  let center = Tensor.normal([1, 5], dtype: .float64, using: &generator)
  let box = Box(lower: center - 0.1, upper: center + 0.1)
  let plan = try RelaxationPlan(network)
  let bounds = try LinearBounds(plan, over: InputRegion(box))
  let small = bounds.withoutDeadNeurons
  #expect(
    small.plan.steps.map(\.shape.count).reduce(0, +) < plan.steps.map(\.shape.count).reduce(0, +))
  let objectives = LinearObjectives.elements(
    .range(0..<3), of: plan.steps[plan.output].shape, dtype: .float64)
  expectClose(small.lowerBounds(of: objectives), bounds.lowerBounds(of: objectives), absolute: 1e-9)
  let again = try LinearBounds(
    small.plan, over: InputRegion(box), known: small.intermediateBounds, sizes: small.sizes,
    intermediate: .optimized(SlopeOptimization(iterations: 5)), until: .never)
  for _ in 0..<50 {
    let output = try network.output(
      of: box.randomCorner(using: &generator).cast(to: .float32)
    ).cast(to: .float64)
    let least = again.lowerBounds(of: objectives).narrowed(axis: 1, from: 0, count: 3)
    #expect((output .>= least - 1e-5).all().booleans[0])
  }
}
