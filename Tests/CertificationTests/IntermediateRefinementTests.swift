import Models
import Networks
import Tensors
import TestSupport
import Testing

@testable import Certification

private func network(seed: UInt64) throws -> Network {
  try Network(input: [2], seed: seed) {
    Linear(7)
    ReLU()
    Linear(6)
    ReLU()
    Linear(6)
    ReLU()
    Linear(1)
  }
}

private let square = Box(
  lower: .full(-1, [1, 2], dtype: .float64), upper: .full(1, [1, 2], dtype: .float64))

/// What the steps before activations take on a fine grid over the square; `[points] + step`.
private func values(_ plan: RelaxationPlan, _ network: Network) -> [Int: Tensor] {
  let axis = Tensor.range(-100..<101).cast(to: .float64) / 100
  var x = Tensor.stacking(
    [
      axis.expandedDimension(at: 1).broadcast(to: [201, 201]).flattened(),
      axis.expandedDimension(at: 0).broadcast(to: [201, 201]).flattened(),
    ], axis: 1)
  var values: [Int: Tensor] = [:]
  let layers = network.parameters.tensors.map { $0.cast(to: .float64) }
  for (place, step) in plan.bounded.enumerated() {
    let value = x.linear(weight: layers[2 * place], bias: layers[2 * place + 1])
    values[step] = value
    x = value.relu()
  }
  return values
}

@Test(
  "Refined bounds are those of a fine grid where all ReLUs are split", arguments: UInt64(0)..<4)
func refinedBoundsAreExact(seed: UInt64) throws {
  let network = try network(seed: seed)
  let plan = try RelaxationPlan(network)
  let root = try LinearBounds(plan, over: InputRegion(square))
  let refined = try IntermediateRefinement(subdomainsPerBound: 1024).refined(root, until: .never)
  let found = values(plan, network)
  var (before, after) = (0.0, 0.0)
  for step in plan.bounded {
    let (old, new) = (root.intermediateBounds[step]!, refined.intermediateBounds[step]!)
    let (least, most) = (found[step]!.min(axes: [0]), found[step]!.max(axes: [0]))
    #expect((new.lower[0] .<= least).all().booleans[0], "below what is taken")
    #expect((new.upper[0] .>= most).all().booleans[0], "above what is taken")
    #expect((new.lower .>= old.lower).all().booleans[0])
    #expect((new.upper .<= old.upper).all().booleans[0])
    // A neuron that one bound makes stable is left; the other bound may be loose.
    let isOpen = (new.lower[0] .< 0) .& (new.upper[0] .> 0)
    let none = least.zerosLike()
    func size(_ excess: Tensor) -> Double {
      Tensor.choosing(excess, where: isOpen, otherwise: none).sum().item()
    }
    before += size(least - old.lower[0]) + size(old.upper[0] - most)
    after += size(least - new.lower[0]) + size(new.upper[0] - most)
    let gap = (least - new.lower[0]).maximum(new.upper[0] - most)
    #expect(
      Tensor.choosing(gap, where: isOpen, otherwise: none).max().item() < 0.02, "step \(step)")
  }
  #expect(after < before * 0.2, "from \(before) to \(after)")
}

@Test("Refinement stops when its time is over, and leaves bounds as they were")
func refinementStops() throws {
  let plan = try RelaxationPlan(network(seed: 1))
  let root = try LinearBounds(plan, over: InputRegion(square))
  let same = try IntermediateRefinement(subdomainsPerBound: 64).refined(
    root, until: Deadline(seconds: -1))
  for step in plan.bounded {
    #expect(
      (same.intermediateBounds[step]!.lower .== root.intermediateBounds[step]!.lower).all()
        .booleans[0])
  }
  var late = root
  late.deadline = Deadline(seconds: -1)
  #expect(throws: DeadlinePassed.self) {
    try IntermediateRefinement(subdomainsPerBound: 64).refined(late, until: .never)
  }
}

@Test(
  "Turns of splitting and refinement verify what holds, and nothing else", arguments: UInt64(0)..<4)
func turnsVerify(seed: UInt64) throws {
  let network = try network(seed: seed)
  let plan = try RelaxationPlan(network)
  let layers = network.parameters.tensors.suffix(2).map { $0.cast(to: .float64) }
  let least = values(plan, network)[plan.bounded.last!]!.relu()
    .linear(weight: layers[0], bias: layers[1]).min().item()
  for gap in [-0.01, 0.02] {
    let property = VerificationProperty(cases: [
      .init(
        box: Box(lower: square.lower.flattened(), upper: square.upper.flattened()),
        outputs: .ones([1, 1], dtype: .float64), constants: Tensor([gap - least]))
    ])
    let search = CounterexampleSearch(
      network: network, group: CaseGroup.groups(of: property.cases)[0], deadline: .never)
    // Splitting has no time at first: refinement takes its turn.
    let branching = BranchAndBound(search: search, firstTurn: 0)
    let result = try branching.verify(
      [0], in: LinearBounds(plan, over: InputRegion(square))
    ) { _, _ in }
    #expect(result.name == (gap > 0 ? "holds" : "violated"), "gap \(gap)")
  }
}
