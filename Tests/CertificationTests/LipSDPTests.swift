import Datasets
import Networks
import Tensors
import TestSupport
import Testing

@testable import Certification

private func activation(_ name: String) -> LipSDP.Activation {
  switch name.prefix(4) {
  case "relu": .relu
  case "maxm": .maxMin
  case "grou": .groupSort(4)
  default: .householder([0.5646424733950354, -0.8253356149096783])
  }
}

@Test(
  "The bound equals that of another modeler with the same constraints",
  arguments: ["relu2", "relu3", "maxmin2", "maxmin3", "groupsort2", "householder2"],
  LipschitzNorm.allCases)
func semidefiniteBoundsMatch(name: String, norm: LipschitzNorm) throws {
  let file = try NPZ(reading: TestFiles.golden("lipschitz.npz"))
  var weights: [Tensor] = []
  while file.names.contains("\(name).w\(weights.count)") {
    weights.append(try file.array("\(name).w\(weights.count)"))
  }
  let expected = try file.array("\(name).\(norm.rawValue)").item()
  let bound = try LipSDP(activation: activation(name), norm: norm).bound(weights: weights).value
  #expect(abs(bound - expected) <= 1e-4 * expected)
}

@Test("Quadratic constraints hold for every pair of points", arguments: UInt64(0)..<3)
func quadraticConstraintsHold(seed: UInt64) throws {
  var generator = Generator(seed: seed)
  let groups = 3
  func check(_ activation: LipSDP.Activation, _ x: Tensor, _ v: Tensor) {
    let size = x.size(1) / groups
    let multipliers = Tensor.uniform([groups], in: 0...2, dtype: .float64, using: &generator)
    let link = LipschitzChain.Link(
      weight: .identity(groups * size, dtype: .float64), error: 0, activation: activation)
    let (before, cross, after) = link.form(multipliers.elements(as: Double.self))
    let (dx, dv) = (x[0..<5000] - x[5000..<10_000], v[0..<5000] - v[5000..<10_000])
    let inner = (dx * dx.matmul(before)) + (dv * dv.matmul(after))
    let value = (inner + (dx * dv.matmul(cross)) * 2).sum(axes: [1])
    #expect(value.min().item() >= -1e-10)
    // What is not free is kept, so that the forms of ν and τ, which contain it only, are zero.
    if let free = activation.free {
      let change = (dv - dx).reshaped(to: [5000, groups, size])
      let kept = change - change.matmul(free).matmul(free.transposed())
      #expect(kept.magnitude().max().item() < 1e-10)
    }
  }
  for size in [2, 3] {
    let x = Tensor.normal([10_000, groups * size], dtype: .float64, using: &generator)
    let sorted = x.reshaped(to: [10_000, groups, size]).sorted(axis: 2).values
    check(.groupSort(size), x, sorted.reshaped(to: x.shape))
    let normal = Tensor.normal([size], dtype: .float64, using: &generator)
    let unit = normal / normal.norm()
    let rows = x.reshaped(to: [10_000, groups, size])
    let depth = (rows.matmul(-unit)).relu().expandedDimension(at: 2)
    let reflected = (rows + depth * unit * 2).reshaped(to: x.shape)
    check(.householder(unit.elements(as: Double.self)), x, reflected)
  }
}

@Test("A sorting layer between identities has the bound 1")
func sortingIsOneLipschitz() throws {
  let identity = Tensor.identity(4, dtype: .float64)
  let bound = try LipSDP(activation: .maxMin).bound(weights: [identity, identity]).value
  #expect(bound >= 1 - 1e-12 && abs(bound - 1) < 1e-5)
}

@Test(
  "Slopes found by search stay below the bound, and it below the product", arguments: UInt64(0)..<3)
func semidefiniteBoundsHold(seed: UInt64) throws {
  let network = try Network(input: [5], seed: seed) {
    Linear(8)
    if seed % 3 == 0 { MaxMin() } else if seed % 3 == 1 { GroupSort(groupSize: 4) } else { ReLU() }
    Linear(6)
    if seed % 2 == 0 { Householder(angle: 0.9) } else { LeakyReLU(slope: 0.2) }
    Linear(3)
  }
  let bound = try network.lipschitzBound(norm: .l2, method: .semidefinite())
  #expect(bound.method == "semidefinite")
  #expect(bound.value <= (try network.lipschitzBound(norm: .l2).value) * (1 + 1e-6))
  var generator = Generator(seed: seed)
  let points = Tensor.normal([300, 5], using: &generator) * 3
  let jacobians = try (0..<3).map { output in
    try Tensors.gradient(at: points) { try network.output(of: $0).selecting(output, axis: 1).sum() }
  }
  let stack = Tensor.stacking(jacobians, axis: 1).cast(to: .float64)
  let slopes = try stack.singularValueDecomposition().values.max().item()
  #expect(slopes <= bound.value * (1 + 1e-6))
  let linf = try network.lipschitzBound(norm: .linf, method: .semidefinite()).value
  #expect(stack.magnitude().sum(axes: [2]).max().item() <= linf * (1 + 1e-6))
}

@Test("A careless solver still gives a bound")
func carelessSolversAreRepaired() throws {
  var generator = Generator(seed: 8)
  let weights = [Tensor.normal([8, 20], using: &generator), .normal([4, 8], using: &generator)]
  let exact = try LipSDP(activation: .relu).bound(weights: weights).value
  let careless = try LipSDP(
    activation: .relu, settings: SemidefiniteSettings(tolerance: 1e-2, iterations: 40)
  ).bound(weights: weights).value
  #expect(careless >= exact * (1 - 1e-5))
  #expect(careless <= exact * 1.5)
}

@Test("What is no chain is refused")
func chainsAreRecognized() throws {
  let residual = try Network(input: [4]) { Residual { Linear(4) } }
  #expect(throws: NetworkError.self) {
    try residual.lipschitzBound(norm: .l2, method: .semidefinite())
  }
  let settings = SemidefiniteSettings(largestMatrix: 5)
  #expect(throws: SemidefiniteProgramError.tooLarge(rows: 8, limit: 5)) {
    try LipSDP(settings: settings).bound(weights: [.ones([4, 4]), .ones([2, 4])])
  }
  #expect(throws: SemidefiniteProgramError.self) {
    try LipSDP().bound(weights: [.ones([4, 4]), .ones([2, 3])])
  }
}
