import Attacks
import Datasets
import Methods
import Models
import Networks
import Tensors
import TestSupport
import Testing

struct GradientSignTests {
  /// Two classes of one linear score each, whose margin a sign step lowers most.
  private static let network = try! Network(input: [6], seed: 3) { Linear(2) }

  @Test("On a linear model FGSM ends at the corner of least margin", arguments: [0.05, 0.3])
  func linear(radius: Float) throws {
    var generator = Generator(seed: 3)
    let inputs = Tensor.uniform([20, 6], using: &generator) * 0.2 + 0.4
    let labels = try Self.network.logits(of: inputs).decisions()
    let set = try LinfBall(radius: radius, domain: 0...1)
    let weight = Self.network.parameters.tensors[0]
    let others = (1 - labels)
    let normals = weight.gathering(others) - weight.gathering(labels)
    let corner = inputs + normals.sign() * Double(radius)
    let found = try FastGradientSign()(
      Self.network, on: inputs, labels: labels, within: set, using: &generator)
    expectClose(found.candidates, corner, absolute: 1e-6)
    let withstands = (try Self.network.logits(of: corner).decisions() .== labels).booleans
    #expect(found.fooled == withstands.map { !$0 })
    #expect(found.queries == 40)
  }

  @Test("BIM reaches the same corner by shorter steps, and not before them")
  func iterated() throws {
    var generator = Generator(seed: 4)
    let inputs = Tensor.uniform([20, 6], using: &generator) * 0.2 + 0.4
    let labels = try Self.network.logits(of: inputs).decisions()
    // So small that nothing is fooled, and every step is taken.
    let set = try LinfBall(radius: 1e-4, domain: 0...1)
    func moved(_ steps: Int) throws -> Double {
      let found = try BasicIterativeMethod(steps: steps, relativeStep: 0.25)(
        Self.network, on: inputs, labels: labels, within: set, using: &generator)
      return (found.candidates - inputs).magnitude().max().item()
    }
    #expect(abs(try moved(2) - 0.5e-4) < 1e-7)
    #expect(abs(try moved(4) - 1e-4) < 1e-7)
    #expect(abs(try moved(9) - 1e-4) < 1e-7)
  }

  @Test("Every attack of the room stays in the set, never says fooled where it is not, and repeats")
  func room() throws {
    var generator = Generator(seed: 5)
    let inputs = Tensor.uniform([12, 6], using: &generator)
    let labels = try Self.network.logits(of: inputs).decisions()
    for norm in PerturbationNorm.allCases {
      let set = try norm.ball(radius: norm == .l0 ? 2 : 0.3, domain: 0...1)
      for entry in MethodRegistry.attacks.entries {
        // Few steps and queries show as much of this as many.
        let short = [("steps", "20"), ("queries", "100"), ("searches", "2")].filter { setting in
          entry.settings.contains { $0.name == setting.0 }
        }
        var attack = try MethodRegistry.attacks.make(
          entry.name, settings: short.map { "\($0.0)=\($0.1)" })
        attack.batchSize = 5
        func outcome() throws -> AttackOutcome {
          var own = Generator(seed: 6)
          return try attack(
            Self.network, on: inputs, labels: labels, within: set, using: &own, report: { _ in })
        }
        let (first, second) = (try outcome(), try outcome())
        #expect(first.candidates.shape == inputs.shape, "\(entry.name) \(norm)")
        #expect(
          set.contains(first.candidates, around: inputs).all().booleans[0], "\(entry.name) \(norm)")
        let wrong = (try Self.network.logits(of: first.candidates).decisions() .!= labels).booleans
        #expect(first.fooled == wrong, "\(entry.name) \(norm)")
        #expect(
          (first.candidates .== second.candidates).all().booleans[0], "\(entry.name) \(norm)")
      }
    }
  }
}
