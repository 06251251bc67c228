import Networks
import Tensors
import TestSupport
import Testing

private func vectors() throws -> (Parameters, Parameters, Parameters) {
  let network = try Network(input: [4], seed: 1) {
    Linear(3)
    Tanh()
    Linear(2)
  }
  var generator = Generator(seed: 2)
  return (
    network.parameters, network.parameters.randomDirection(using: &generator),
    network.parameters.randomDirection(using: &generator)
  )
}

private func expectEqual(
  _ x: Parameters, _ y: Parameters, sourceLocation: SourceLocation = #_sourceLocation
) {
  expectClose(x.values, y.values, absolute: 1e-6, relative: 1e-5, sourceLocation: sourceLocation)
}

@Test("Parameters are a vector space with a scalar product")
func parametersAreAVectorSpace() throws {
  let (u, v, w) = try vectors()
  expectEqual(u + v, v + u)
  expectEqual((u + v) + w, u + (v + w))
  expectEqual(u - u, 0.0 * u)
  expectEqual(-u, -1.0 * u)
  expectEqual(2.5 * (u + v), 2.5 * u + 2.5 * v)
  expectEqual(2.0 * (3.0 * u), 6.0 * u)
  #expect(abs(u.dot(v) - v.dot(u)) < 1e-6)
  #expect(abs((u + w).dot(v) - (u.dot(v) + w.dot(v))) < 1e-4)
  #expect(abs(u.dot(u).squareRoot() - u.norm()) < 1e-5)
  #expect((u + v).norm() <= u.norm() + v.norm() + 1e-6)
  #expect(abs(u.norm(order: .infinity) - u.values.magnitude().max().item()) < 1e-7)
}

@Test("Named tensors are views of the vector, and replacing one keeps the others")
func tensorsHaveNames() throws {
  let (u, _, _) = try vectors()
  #expect(u.count == 4 * 3 + 3 + 3 * 2 + 2)
  let name = u.layout.names[1]
  let replaced = try u.replacing(name, with: .ones([3]))
  #expect(replaced[name]?.scalars == [1, 1, 1])
  #expect(replaced.tensors[0].scalars == u.tensors[0].scalars && u[name]?.scalars != [1, 1, 1])
  #expect(throws: NetworkError.parameterShape(name: name, expected: [3], actual: [4])) {
    try u.replacing(name, with: .ones([4]))
  }
  #expect(throws: NetworkError.missingParameter(name: "ghost", available: u.layout.names)) {
    try u.replacing("ghost", with: .ones([1]))
  }
}

@Test("A twin is an assignment: changing it leaves the first alone")
func twinsAreIndependent() throws {
  let network = try Network(input: [4], seed: 1) { Linear(3) }
  var twin = network
  twin.parameters += 0.5 * twin.parameters
  let inputs = Tensor.ones([1, 4])
  expectClose(try twin.output(of: inputs), try network.output(of: inputs) * 1.5, absolute: 1e-6)
}

@Test("No parameters and very many are vectors too")
func unusualCounts() throws {
  let none = Parameters([])
  var generator = Generator(seed: 1)
  for order in [0, 1, 2, Double.infinity] { #expect(none.norm(order: order) == 0) }
  #expect(none.randomDirection(using: &generator).count == 0)
  #expect((none + none).dot(none) == 0)
  let many = Parameters((0..<5000).map { ("p\($0)", Tensor([Float($0)])) })
  #expect(many["p4999"]?.scalars == [4999])
}
