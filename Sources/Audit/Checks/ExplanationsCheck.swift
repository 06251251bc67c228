import Datasets
import Explanation
import Models
import Tensors

/// What the model looks at, in decisions that are right, wrong, or turned by an attack.
public struct ExplanationsCheck: Check {
  public let id = "explanations"
  public let title = "Explanations"
  public let buildsOn = ["attack"]
  public var smoothGrad = SmoothGrad(samples: 30)
  /// The most examples of each kind that are shown.
  public var shownPerKind = 3

  public init() {}

  /// One example to explain, and why it was picked.
  private struct Case {
    let kind: String
    let input: Tensor
    let label: Int
  }

  public func run(_ context: inout AuditContext) throws -> Finding {
    let subject = context.subject
    try context.requireFiniteScores()
    let cases = cases(context)
    guard !cases.isEmpty else { throw CheckSkipped("There are no predictions to explain.") }
    let inputs = Tensor.stacking(cases.map(\.input))
    let logits = try subject.network.logits(of: inputs)
    let decided = logits.argmax(axis: 1)
    let products =
      try subject.network.scoreGradient(at: inputs, labels: decided) * inputs
    let smooth = try smoothGrad.maps(
      subject.network, at: inputs, labels: decided, using: &context.generator)
    let stability = try stability(&context)
    let agreement = cosine(products, smooth * inputs)

    var metrics: NamedList<Metric> = [
      "agreement": Metric(
        .mean(of: agreement), label: "Agreement between the two methods (cosine similarity)")
    ]
    if let stability {
      metrics["stability"] = Metric(
        stability, label: "Stability under 1% noise (cosine similarity)")
    }
    let examples = cases.enumerated().map { index, example in
      AttributionFigure.Example(
        input: example.input,
        maps: [("Gradient × input", products[index]), ("SmoothGrad", smooth[index])],
        label: example.label, prediction: subject.prediction(logits[index]), caption: example.kind)
    }
    return Finding(
      id: id, title: title, status: .pass,
      summary: "\(cases.count) predictions explained: correct, incorrect, and adversarial.",
      metrics: metrics,
      figures: [AttributionFigure(subject).figure(examples)],
      advice: (stability?.value ?? 1) < 0.5
        ? [
          "Attributions change a lot under 1% noise. Do not read them as reasons."
        ] : [],
      notes: [
        "Maps show where the score of the predicted class increases (warm) or decreases (cold) with "
          + "the input."
      ])
  }

  private func cases(_ context: AuditContext) -> [Case] {
    let predictions = context.predictions
    let (labels, hits) = (predictions.labels.integers, predictions.hits.elements(as: Double.self))
    func pick(_ kind: String, _ hit: Double) -> [Case] {
      hits.indices.lazy.filter { hits[$0] == hit }.prefix(shownPerKind).map {
        Case(kind: kind, input: context.subject.data.inputs[$0], label: labels[$0])
      }
    }
    return pick("correct", 1) + pick("incorrect", 0) + (context.attack.map(turned) ?? [])
  }

  private func turned(by attack: RobustnessEvidence) -> [Case] {
    guard let candidates = attack.candidates, let last = attack.marks.last else { return [] }
    let hits = attack.sample.predictions.hits.elements(as: Double.self)
    let labels = attack.sample.labels.integers
    return last.indices.lazy.filter { hits[$0] == 1 && last[$0] }.prefix(shownPerKind).map {
      Case(kind: "adversarial", input: candidates[$0], label: labels[$0])
    }
  }

  /// The cosine between the maps of an input and of the same input with one percent of noise.
  private func stability(_ context: inout AuditContext) throws -> Estimate? {
    let subject = context.subject
    let sample = context.sample(atMost: subject.network.affordableBatch(atMost: 64))
    let inputs = sample.inputs
    let width = subject.domain.upperBound - subject.domain.lowerBound
    let noise = Tensor.normal(inputs.shape, using: &context.generator) * (0.01 * width)
    let decided = sample.predictions.decisions
    let clean = try subject.network.scoreGradient(at: inputs, labels: decided)
    let noisy = try subject.network.scoreGradient(at: inputs + noise, labels: decided)
    let values = cosine(clean, noisy)
    return values.isFinite.all().booleans[0] ? .mean(of: values) : nil
  }

  private func cosine(_ first: Tensor, _ second: Tensor) -> Tensor {
    let (left, right) = (first.flattenedRows(), second.flattenedRows())
    let lengths = left.norm(axes: [1]) * right.norm(axes: [1])
    return (left * right).sum(axes: [1]) / lengths.clamped(from: 1e-30)
  }
}
