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
    let evidence = try gather(&context)
    context.attack = evidence
    let count = evidence.marks[0].count
    let accuracies = evidence.marks.map { Estimate.proportion($0.count { !$0 }, of: count) }
    let norm = evidence.norm
    let points = zip(evidence.radii, accuracies).map { SeriesPoint(norm: norm, radius: $0, $1) }
    let half = points.first { $0.value < 0.5 }
    let first = accuracies[0]

    var finding = Finding(
      id: id, title: title, status: .pass,
      summary: "Under attack, \(first.value.percent) of decisions stay right at \(norm) radius "
        + "\(points[0].radius!), and \(accuracies.last!.value.percent) at \(points.last!.radius!).",
      metrics: [
        "smallestRadiusAccuracy": Metric(
          first, unit: .fraction, label: "Accuracy under attack, \(norm) \(points[0].radius!)")
      ],
      series: ["robustAccuracy": points],
      figures: try gallery(evidence, context).map { [.gallery($0)] } ?? [],
      notes: [
        "Projected gradient, \(attack.steps) steps, \(attack.restarts) starts, on \(count) examples; each result was "
          + "asked of the model again. An attack shows what can go wrong, not what cannot."
      ])
    if let half {
      finding.advice.append(
        "Below \(norm) radius \(half.radius!) half of all decisions can be turned. If inputs can be tampered "
          + "with, train against attacks, and do not rely on single decisions.")
    }
    return finding
  }

  /// Attacks radius by radius, smallest first; who is fooled at one radius is fooled at the next.
  private func gather(_ context: inout AuditContext) throws -> RobustnessEvidence {
    let subject = context.subject
    let (inputs, labels) = context.examples(atMost: context.settings.exampleLimit)
    let radii = context.settings.radii(for: subject.domain)
    let decisions = context.predictions.decisions[0..<labels.count]
    var fooled = (decisions .!= labels).booleans
    var best = inputs
    var marks: [[Bool]] = []
    var candidates: [Tensor] = []
    for (index, radius) in radii.enumerated() {
      let left = fooled.indices.filter { !fooled[$0] }
      if !left.isEmpty, radius > 0 {
        let set = try context.settings.set(radius: radius, domain: subject.domain)
        let rows = Tensor(left)
        let report = context.report
        let outcome = try attack(
          subject.network, on: inputs.gathering(rows), labels: labels.gathering(rows), within: set,
          using: &context.generator
        ) { report((Double(index) + $0) / Double(radii.count)) }
        best = best.replacingRows(at: rows, with: outcome.candidates)
        for (place, isFooled) in zip(left, outcome.fooled) where isFooled { fooled[place] = true }
      }
      marks.append(fooled)
      candidates.append(best)
    }
    return RobustnessEvidence(
      norm: context.settings.norm.rawValue, radii: radii, marks: marks, candidates: candidates)
  }

  /// Clean, attacked and difference images of the first examples that fall, at the radius where they do.
  private func gallery(
    _ evidence: RobustnessEvidence, _ context: AuditContext
  ) throws -> Figure.Gallery? {
    let subject = context.subject
    guard subject.holdsImages, subject.domain == 0...1 else { return nil }
    let wasRight = (context.predictions.decisions .== context.predictions.labels).booleans
    var items: [Figure.GalleryItem] = []
    for example in evidence.marks[0].indices where wasRight[example] && items.count < 8 {
      guard let place = evidence.marks.firstIndex(where: { $0[example] }) else { continue }
      let clean = subject.data.inputs[example]
      let changed = evidence.candidates[place][example]
      let logits = try subject.network.logits(of: Tensor.stacking([clean, changed]))
      let move = changed - clean
      let size = max(1e-12, move.magnitude().max().item())
      items.append(
        Figure.GalleryItem(
          clean: PNG.encode(clean), changed: PNG.encode(changed),
          difference: PNG.encode(move * (0.5 / size) + 0.5),
          trueLabel: subject.className(context.predictions.labels[example].integers[0]),
          before: subject.prediction(logits[0]), after: subject.prediction(logits[1]),
          caption: "\(evidence.norm) radius \(Double(evidence.radii[place]).roundedForDisplay)"))
    }
    return items.isEmpty
      ? nil
      : Figure.Gallery(title: "Examples that fall, at the smallest radius tried", items: items)
  }
}

extension AuditSubject {
  /// What the model says, from one row of scores.
  func prediction(_ logits: Tensor) -> Prediction {
    let probabilities = logits.softmax(axis: 0)
    let label = probabilities.argmax(axis: 0).integers[0]
    return Prediction(label: className(label), confidence: probabilities[label].item())
  }
}
