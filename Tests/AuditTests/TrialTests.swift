import Attacks
import Audit
import Confidence
import Datasets
import Explanation
import Hardening
import Models
import Networks
import Tensors
import TestSupport
import Testing

struct TrialTests {
  /// Two classes by the sign of the first feature, which the network sees in steps of a tenth or not.
  private func context(rounds: Bool) throws -> AuditContext {
    var builder = GraphBuilder()
    let input = builder.addInput(ValueType([.batch, 2]), name: "x")
    var value = input
    if rounds {
      let ten = builder.addConstant(Tensor(scalar: Float(10)))
      value = try builder.add(.map(.round), [builder.add(.combine(.multiply), [value, ten])])
    }
    let weight = builder.addParameter(Tensor([-1, 0, 1, 0] as [Float], shape: [2, 2]), name: "w")
    let bias = builder.addParameter(Tensor([0, 0] as [Float]), name: "b")
    let output = try builder.add(.linear, [value, weight, bias])
    var generator = Generator(seed: 1)
    let labels = (0..<60).map { $0 % 2 }
    let signs = Tensor(labels.map { Float(2 * $0 - 1) }).reshaped(to: [60, 1])
    let inputs = signs * 0.5 + Tensor.normal([60, 2], using: &generator) * 0.1
    let data = try Dataset(name: "signs", inputs: inputs, labels: labels)
    let subject = try AuditSubject(
      network: builder.network(output: output), data: data, scores: .logits)
    return try AuditContext(subject, settings: AuditSettings())
  }

  @Test("An attack without gradients to follow says so; where it has them it keeps silent")
  func vanishingGradients() throws {
    var rounded = try context(rounds: true)
    let trial = AttackTrial("pgd", ProjectedGradientAttack(), norm: .linf, radius: 0.3)
    let blind = try trial.run(&rounded).finding
    #expect(blind.advice.contains { $0.contains("100.0%") && $0.contains("square") })
    var smooth = try context(rounds: false)
    #expect(try trial.run(&smooth).finding.advice.isEmpty)
    let search = AttackTrial("square", SquareAttack(queries: 50), norm: .linf, radius: 0.3)
    #expect(try search.run(&rounded).finding.advice.isEmpty)
    #expect(throws: CheckSkipped.self) {
      try ExplanationTrial("gradient", GradientAttribution()).run(&rounded)
    }
  }

  @Test("A model of one score explains and knows both classes alike")
  func oneScore() throws {
    let network = try Network(input: [3], seed: 4) { Linear(1) }
    var generator = Generator(seed: 4)
    let inputs = Tensor.normal([80, 3], using: &generator)
    let scores = try network.output(of: inputs).flattened()
    let data = try Dataset(
      name: "sides", inputs: inputs, labels: (scores .> 0).booleans.map { $0 ? 1 : 0 })
    var context = try AuditContext(
      AuditSubject(network: network, data: data), settings: AuditSettings())
    let maps = try ExplanationTrial("gradient", GradientAttribution()).run(&context).arrays["maps"]
    #expect(try #require(maps).flattenedRows().magnitude().max(axes: [1]).min().item() > 0)
    let found = try DetectionTrial("energy", EnergyDetector()).run(&context).arrays
    let rows = try #require(found["rows"])
    // −log(2 cosh(z / 2)) is the same for z and −z.
    let half = scores.gathering(rows) * 0.5
    let expected = -(half.exp() + (-half).exp()).log()
    expectClose(try #require(found["inDistribution"]), expected, absolute: 1e-5)
  }

  @Test("What a trial measures is what its arrays say")
  func arrays() throws {
    var context = try context(rounds: false)
    let outcome = try AttackTrial("fgsm", FastGradientSign(), norm: .linf, radius: 0.6)
      .run(&context)
    let fooled = try #require(outcome.arrays["fooled"]).booleans
    let robust = try #require(outcome.finding.metrics["robustAccuracy"]).value
    #expect(abs(robust - Double(fooled.count { !$0 }) / Double(fooled.count)) < 1e-12)
    #expect(try #require(outcome.arrays["distances"]).max().item() <= 0.6 + 1e-5)
    let calm = try CalibrationTrial("temperature", TemperatureScaling()).run(&context)
    #expect(calm.network != nil && calm.finding.metrics["eceAfter"] != nil)
    let found = try DetectionTrial(
      "energy", EnergyDetector(), others: Tensor.zeros([30, 2])
    ).run(&context)
    // Zero lies on the border, where the highest score is lowest.
    #expect(try #require(found.finding.metrics["auroc"]).value == 1)
    #expect(found.finding.metrics["fpr"]?.value == 0)
  }

  @Test("Hardening keeps its validation examples from training, and says what it needs")
  func hardening() throws {
    var context = try context(rounds: false)
    var method = AdversarialTraining(steps: 2)
    method.recipe.epochs = 1
    let outcome = try HardeningTrial("pgd", method, norm: .linf, radius: 0.1, validation: 0.25)
      .run(&context)
    #expect(outcome.finding.summary.contains("15 validation examples"))
    #expect(throws: HardeningError.self) {
      try HardeningTrial("pgd", method, norm: .linf, radius: nil).run(&context)
    }
    #expect(throws: GroupError.self) {
      try HardeningTrial("dro", GroupDRO(), norm: .linf, radius: nil, groups: [0, 1]).run(&context)
    }
  }
}
