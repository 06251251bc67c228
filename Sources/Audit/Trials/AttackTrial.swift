import Attacks
import Methods
import Models
import Tensors

/// An attack on the examples that the model classifies correctly.
public struct AttackTrial: MethodTrial {
  public var name: String
  public var attack: any Attack
  public var norm: PerturbationNorm
  public var radius: Float

  public init(_ name: String, _ attack: any Attack, norm: PerturbationNorm, radius: Float) {
    (self.name, self.attack, self.norm, self.radius) = (name, attack, norm, radius)
  }

  /// The arrays are `adversarial` in the shape of the network's inputs, and for each example
  /// `indices` (which of the data it is), `labels`, `fooled` (incorrect there), `predictions` (there), and `distances` in the norm.
  public func run(_ context: inout AuditContext) throws -> TrialOutcome {
    let subject = context.subject
    let sample = context.sample(atMost: context.settings.exampleLimit)
    let set = try norm.ball(radius: radius, domain: subject.domain)
    var attack = attack
    let copies = attack.rowsPerExample(classes: subject.classes)
    attack.batchSize = max(
      1, subject.network.affordableBatch(atMost: attack.batchSize * copies) / copies)
    let wasCorrect = sample.predictions.hits.elements(as: Double.self).map { $0 == 1 }
    let rows = wasCorrect.indices.filter { wasCorrect[$0] }
    guard !rows.isEmpty else {
      throw CheckSkipped("The model classifies no example correctly, so there is none to attack.")
    }
    let outcome = try attack(
      subject.network, on: sample.inputs.gathering(Tensor(rows)),
      labels: sample.labels.gathering(Tensor(rows)), within: set, using: &context.generator,
      report: context.report)
    let vanishing =
      type(of: attack).access == .gradients && radius > 0
      ? try subject.network.vanishingGradientShare(
        near: sample.inputs.gathering(Tensor(rows)), labels: sample.labels.gathering(Tensor(rows)),
        within: set, batchSize: attack.batchSize, using: &context.generator) : 0
    var fooled = wasCorrect.map { !$0 }
    for (row, isFooled) in zip(rows, outcome.fooled) { fooled[row] = isFooled }
    let points = sample.inputs.replacingRows(at: Tensor(rows), with: outcome.candidates)
    let evidence = RobustnessEvidence(
      norm: norm.rawValue, radii: [radius], marks: [fooled], sample: sample, candidates: points)
    let predictions = try subject.network.logits(
      of: points, batchSize: subject.network.affordableBatch(atMost: 256)
    ).decisions()
    var finding = try finding(evidence, outcome, rows: rows.count, set: set, context)
    finding.advice += [adviceOnVanishingGradients(vanishing)].compactMap { $0 }
    return TrialOutcome(
      finding: finding,
      arrays: [
        "adversarial": points, "indices": sample.rows, "labels": sample.labels,
        "predictions": predictions,
        "fooled": Tensor(fooled),
        "distances": set.distance(of: points, from: sample.inputs),
      ])
  }

  private func finding(
    _ evidence: RobustnessEvidence, _ outcome: AttackOutcome, rows: Int, set: some PerturbationSet,
    _ context: AuditContext
  ) throws -> Finding {
    let robust = Estimate.proportion(evidence.marks[0].count { !$0 }, of: evidence.count)
    let flipped = Estimate.proportion(outcome.fooled.count { $0 }, of: rows)
    let condition = "\(norm.symbol) \(Double(radius).roundedForDisplay)"
    var metrics: NamedList<Metric> = [
      "robustAccuracy": Metric(robust, unit: .fraction, label: "Robust accuracy, \(condition)"),
      "accuracy": Metric(
        evidence.sample.predictions.accuracy, unit: .fraction, label: "Clean accuracy"),
      "successRate": Metric(
        flipped, unit: .fraction, label: "Success rate on correct predictions"),
      "queries": Metric(Double(outcome.queries) / Double(rows), label: "Queries per example"),
    ]
    let fell = outcome.fooled.indices.filter { outcome.fooled[$0] }
    if !fell.isEmpty {
      let inputs = evidence.sample.inputs
      let isCorrect = evidence.sample.predictions.hits.nonzeroIndices().squeezed(axes: [1])
      let distances = set.distance(
        of: outcome.candidates.gathering(Tensor(fell)),
        from: inputs.gathering(isCorrect).gathering(Tensor(fell)))
      metrics["distance"] = Metric(
        .mean(of: distances), label: "Mean \(norm.symbol) distance of adversarial examples")
    }
    return Finding(
      id: "attack", title: "Attack by \(name)", status: .pass,
      summary: "Robust accuracy \(robust.value.percent) at \(condition) under \(name), "
        + "clean accuracy \(evidence.sample.predictions.accuracy.value.percent), "
        + "on \(evidence.count) examples.",
      metrics: metrics,
      figures: try evidence.gallery(context).map { [.gallery($0)] } ?? [],
      notes: [
        "Every adversarial example was checked by querying the model. An attack bounds robust "
          + "accuracy from above; certify bounds it from below."
      ])
  }
}
