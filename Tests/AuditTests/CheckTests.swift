import Datasets
import Foundation
import Networks
import Tensors
import Testing

@testable import Audit

/// Checks on classifiers that are small enough to work the numbers out by hand.
struct CheckTests {
  private func finding(
    _ check: any Check, _ network: Network, _ data: Dataset,
    _ settings: AuditSettings = AuditSettings(radii: [0.1])
  ) throws -> Finding {
    try Audit(checks: [check], policy: Policy(name: "none", rules: []))
      .run(AuditSubject(network: network, data: data), settings: settings)[0]
  }

  private func isNear(_ actual: Double?, _ expected: Double) -> Bool {
    actual.map { abs($0 - expected) < 1e-6 } ?? false
  }

  /// Three of four right; the scores' difference is the logit of the confidence.
  private func quartet() throws -> (Network, Dataset) {
    (
      try Samples.identity(classes: 2),
      try Samples.dataset(scores: [[2, 0], [0, 1], [3, 0], [0, 4]], labels: [0, 1, 1, 1])
    )
  }

  @Test("Accuracy and confusion are counted")
  func accuracy() throws {
    let (network, data) = try quartet()
    let finding = try finding(AccuracyCheck(), network, data)
    #expect(finding.metrics["accuracy"]?.value == 0.75)
    #expect(isNear(finding.metrics["balancedAccuracy"]?.value, (1 + 2.0 / 3) / 2))
    guard case .confusion(let figure)? = finding.figures.first else {
      Issue.record("no confusion")
      return
    }
    #expect(figure.counts == [[1, 0], [1, 2]])
  }

  @Test("Log losses, Brier scores and calibration errors agree with their formulas")
  func calibration() throws {
    let (network, data) = try quartet()
    // Repeated, because the check wants twenty examples; means stay as they are.
    let inputs = Tensor.concatenating(Array(repeating: data.inputs, count: 6))
    let labels = Array(repeating: try data.requiredLabels(), count: 6).flatMap { $0 }
    let finding = try finding(
      CalibrationCheck(), network, Dataset(name: "d", inputs: inputs, labels: labels))
    let sure = [2.0, 1, 3, 4].map { (margin: Double) -> Double in 1 / (1 + exp(-margin)) }
    let truth: [Double] = [sure[0], sure[1], 1 - sure[2], sure[3]]
    let nll: Double = truth.reduce(0) { $0 - log($1) } / 4
    let brier: Double = truth.reduce(0) { $0 + 2 * (1 - $1) * (1 - $1) } / 4
    // Bins of a fifteenth: 0.731 alone, 0.881 alone, 0.953 and 0.982 together.
    let gap: Double = abs(1 - sure[1]) + abs(1 - sure[0]) + abs(1 - sure[2] - sure[3])
    #expect(isNear(finding.metrics["nll"]?.value, nll))
    #expect(isNear(finding.metrics["brier"]?.value, brier))
    #expect(isNear(finding.metrics["ece15"]?.value, gap / 4))
  }

  @Test("The advice to abstain names a confidence, and keeping those above errs as little as said")
  func threshold() throws {
    // By confidence: four right, one wrong, one right; a tie joins the wrong one with a right one.
    let (network, data) = (
      try Samples.identity(classes: 2),
      try Samples.dataset(
        scores: [[6, 0], [5, 0], [4, 0], [3, 0], [2, 0], [2, 0]], labels: [0, 0, 0, 0, 1, 0])
    )
    let finding = try finding(SelectivePredictionCheck(), network, data)
    let threshold = try #require(finding.metrics["thresholdAt1PercentRisk"]?.value)
    let (dropped, kept): (Double, Double) = (1 / (1 + exp(-2)), 1 / (1 + exp(-3)))
    #expect(dropped < threshold && threshold <= kept)
    #expect(isNear(finding.metrics["coverageAt1PercentRisk"]?.value, 4.0 / 6))
    #expect(finding.advice.contains { $0.contains("below \(threshold)") })
  }

  @Test("Attack and certificate of a linear classifier agree with its margins")
  func linearMargins() throws {
    // The margin shrinks by twice the radius: it is turned from half its size on.
    let network = try Samples.identity(classes: 2)
    let data = try Samples.dataset(
      scores: [[0.6, 0.5], [0.8, 0.5], [0.1, 0.9], [0.2, 0.1]], labels: [0, 0, 1, 1])
    let settings = AuditSettings(radii: [0.02, 0.1, 0.3])
    let audit = Audit(checks: [AttackCheck(), CertificateCheck(), SandwichCheck()])
    let findings = try audit.run(
      AuditSubject(network: network, data: data), settings: settings)
    let expected = [0.75, 0.5, 0.25]
    #expect(findings[0].series["robustAccuracy"]?.map(\.value) == expected)
    #expect(findings[1].series["certifiedAccuracy"]?.map(\.value) == expected)
    #expect(findings[2].metrics["widestGap"]?.value == 0)
    #expect(findings[2].metrics["contradictions"]?.value == 0)
    #expect(findings[0].advice.contains { $0.contains("within L∞ 0.3 flip") })
  }

  /// Two hidden units that differ by less than intervals can tell: `x₀ + 0.1` and `x₀`.
  private func twins() throws -> (Network, Dataset) {
    var network = try Network(input: [1], seed: 0) {
      Linear(2)
      ReLU()
      Linear(2)
    }
    network.parameters = network.parameters.with(
      values: Tensor([1, 1, 0.1, 0, 1, 0, 0, 1, 0, 0] as [Float]))
    let data = try Dataset(
      name: "twins", inputs: Tensor([0.4, 0.5, 0.6] as [Float], shape: [3, 1]),
      labels: [0, 0, 0])
    return (network, data)
  }

  @Test("Linear bounds certify what intervals leave open, and are named")
  func linearCertificates() throws {
    let (network, data) = try twins()
    let subject = try AuditSubject(network: network, data: data)
    let settings = AuditSettings(radii: [0.02, 0.2])
    func finding(seconds: Double) throws -> Finding {
      let audit = Audit(checks: [AttackCheck(), CertificateCheck(seconds: seconds)])
      return try audit.run(subject, settings: settings)[1]
    }
    let (intervals, linear) = (try finding(seconds: 0), try finding(seconds: 600))
    #expect(intervals.series["certifiedAccuracy"]?.map(\.value) == [1, 0])
    #expect(intervals.summary.contains("by interval bounds"))
    #expect(linear.series["certifiedAccuracy"]?.map(\.value) == [1, 1])
    #expect(linear.summary.contains("by interval and crown bounds"))
    #expect(linear.notes.contains { $0.hasPrefix("crown bounds certified 3 of 3 predictions") })
    #expect(linear.metrics["smallestRadiusByIntervals"]?.value == 1)
  }

  @Test("What has no linear relaxation is left to intervals, and the finding says so")
  func unrelaxed() throws {
    // Where a file fixed a batch of several examples there are no linear forms.
    var builder = GraphBuilder()
    let input = builder.addInput(ValueType([2, 2]))
    let output = try builder.add(.map(.square), [builder.add(.map(.exp), [input])])
    let network = builder.network(output: output)
    let data = try Samples.dataset(scores: [[0.5, 0.51], [0.51, 0.5]], labels: [1, 0])
    let finding = try finding(CertificateCheck(), network, data)
    #expect(finding.status == .pass)
    #expect(finding.notes.contains { $0.hasPrefix("No linear bounds: ") })
  }

  @Test("A model that takes one example at a time is audited like any other", arguments: [1, 2])
  func fixedBatches(size: Int) throws {
    var builder = GraphBuilder()
    let input = builder.addInput(ValueType([Dimension(size), 2]))
    let output = try builder.add(.map(.square), [builder.add(.map(.exp), [input])])
    let network = builder.network(output: output)
    #expect(network.classes == 2)
    let data = try Samples.dataset(
      scores: [[0.5, 1], [1, 0.2], [0.3, 0.4], [0, 1], [1, 0]], labels: [1, 0, 1, 1, 1])
    let subject = try AuditSubject(network: network, data: data)
    let findings = try Audit(checks: [AccuracyCheck(), AttackCheck()]).run(
      subject, settings: AuditSettings(radii: [0.06]))
    #expect(findings[0].metrics["accuracy"]?.value == 0.8)
    // Only [0.3, 0.4] is nearer to the border than the radius.
    #expect(findings[1].series["robustAccuracy"]?.map(\.value) == [0.6])
  }

  @Test("An attack that fools a certified example is a failure")
  func contradiction() throws {
    let (network, data) = try quartet()
    var context = try AuditContext(
      AuditSubject(network: network, data: data), settings: AuditSettings(radii: [0.1]))
    let sample = context.sample(atMost: 4)
    func evidence(_ marks: [Bool]) -> RobustnessEvidence {
      RobustnessEvidence(
        norm: "linf", radii: [0.1], marks: [marks], sample: sample, candidates: nil)
    }
    context.attack = evidence([true, false, true, false])
    context.certificate = evidence([false, true, false, false])
    #expect(try SandwichCheck().run(&context).status == .pass)
    context.certificate = evidence([true, true, false, false])
    let finding = try SandwichCheck().run(&context)
    #expect(finding.status == .fail)
    #expect(finding.metrics["contradictions"]?.value == 1)
    #expect(finding.series["undecided"]?.map(\.value) == [0.25])
    context.attack = nil
    #expect(throws: CheckSkipped.self) { try SandwichCheck().run(&context) }
  }

  @Test("Corrupted copies of one example do not count as independent trials")
  func corruptionInterval() throws {
    let (network, data) = try Samples.images(8)
    let finding = try finding(CorruptionsCheck(), network, data)
    let metric = try #require(finding.metrics["meanAccuracy"])
    #expect(metric.high! - metric.low! > 0.2)
  }

  @Test("A sample is spread over the data")
  func sample() throws {
    let labels = Array(repeating: 0, count: 50) + Array(repeating: 1, count: 50)
    let data = try Samples.dataset(scores: labels.map { [Float($0), 0] }, labels: labels)
    let context = try AuditContext(
      AuditSubject(network: Samples.identity(classes: 2), data: data), settings: AuditSettings())
    #expect(context.sample(atMost: 10).labels.integers == [0, 0, 0, 0, 0, 1, 1, 1, 1, 1])
    #expect(context.sample(atMost: 1000).count == 100)
  }
}
