import Attacks
import Datasets
import Foundation
import Models
import Tensors

/// How accurate the model stays when someone changes its inputs on purpose, a little and then more.
public struct AttackCheck: Check {
  public let id = "attack"
  public let title = "Attack"
  public var attack = ProjectedGradientAttack(steps: 40, restarts: 2)

  public init() {}

  public func run(_ context: inout AuditContext) throws -> Finding {
    var ensemble = AttackEnsemble(gradient: attack)
    let evidence = try gather(with: &ensemble, &context)
    context.attack = evidence
    let accuracies = evidence.marks.map { marks in
      Estimate.proportion(marks.count { !$0 }, of: evidence.count)
    }
    let norm = evidence.norm
    let symbol = AuditSettings.Norm(rawValue: norm)?.symbol ?? norm
    let points = zip(evidence.radii, accuracies).map { SeriesPoint(norm: norm, radius: $0, $1) }
    let (first, last) = (points[0], points[points.count - 1])
    var finding = Finding(
      id: id, title: title, status: .pass,
      summary: "Robust accuracy \(first.value.percent) at \(symbol) \(first.radius!), "
        + "\(last.value.percent) at \(symbol) \(last.radius!).",
      metrics: [
        "smallestRadiusAccuracy": Metric(
          accuracies[0], unit: .fraction, label: "Robust accuracy, \(symbol) \(first.radius!)")
      ],
      series: ["robustAccuracy": points],
      figures: try evidence.gallery(context).map { [.gallery($0)] } ?? [],
      notes: [
        "PGD with \(attack.steps) steps and \(attack.restarts) restarts, then random search on the "
          + "examples that survive, on \(evidence.count) examples; every adversarial example was "
          + "checked by querying the model. Attacks bound robust accuracy from above."
      ])
    if let warning = ensemble.masking.warning {
      finding.status = .warn
      finding.notes.append(warning)
      finding.summary += " Gradients are masked."
      finding.advice.append(
        "Judge robustness by a certificate or by gradient-free attacks: the gradients of this model "
          + "mislead attacks.")
    }
    if let radius = flippingRadius(evidence) {
      finding.advice.append(
        "Perturbations within \(symbol) \(Double(radius).roundedForDisplay) flip at least half of the "
          + "correct predictions. If inputs can be manipulated, use adversarial training, and do not "
          + "rely on single predictions.")
    }
    return finding
  }

  /// The smallest radius at which half of the correct predictions are flipped.
  private func flippingRadius(_ evidence: RobustnessEvidence) -> Float? {
    let wasRight = evidence.sample.predictions.hits.elements(as: Double.self).map { $0 == 1 }
    let right = wasRight.count { $0 }
    guard right > 0 else { return nil }
    let place = evidence.marks.firstIndex { marks in
      2 * zip(marks, wasRight).count { $0 && $1 } >= right
    }
    return place.map { evidence.radii[$0] }
  }

  /// Attacks radius by radius, smallest first; who is fooled at one radius is fooled at the next.
  private func gather(
    with ensemble: inout AttackEnsemble, _ context: inout AuditContext
  ) throws -> RobustnessEvidence {
    let subject = context.subject
    let sample = context.sample(atMost: context.settings.exampleLimit)
    let radii = context.settings.radii(for: subject.domain)
    ensemble.useBatches(atMost: subject.network.affordableBatch(atMost: attack.batchSize))
    if let largest = radii.last, largest > 0 {
      try ensemble.inspectGradients(
        of: subject, at: sample.inputs, labels: sample.labels,
        within: context.settings.set(radius: largest, domain: subject.domain),
        using: &context.generator)
    }
    var fooled = sample.predictions.hits.elements(as: Double.self).map { $0 == 0 }
    var candidates = sample.inputs
    var marks: [[Bool]] = []
    for (index, radius) in radii.enumerated() {
      let set = try context.settings.set(radius: radius, domain: subject.domain)
      let left = fooled.indices.filter { !fooled[$0] }
      if !left.isEmpty, radius > 0 {
        let rows = Tensor(left)
        let report = context.report
        let outcome = try ensemble(
          subject, on: sample.inputs.gathering(rows),
          labels: sample.labels.gathering(rows), within: set, using: &context.generator
        ) { report((Double(index) + $0) / Double(radii.count)) }
        candidates = candidates.replacingRows(at: rows, with: outcome.candidates)
        for (place, isFooled) in zip(left, outcome.fooled) where isFooled { fooled[place] = true }
      }
      marks.append(fooled)
    }
    return RobustnessEvidence(
      norm: context.settings.norm.rawValue, radii: radii, marks: marks, sample: sample,
      candidates: candidates)
  }
}
