import Datasets
import Models
import Tensors

extension RobustnessEvidence {
  /// Clean, attacked and difference images of the first examples that fall, where they first do.
  func gallery(_ context: AuditContext) throws -> Figure.Gallery? {
    let subject = context.subject
    guard subject.imageLayout != nil, let candidates else { return nil }
    let hits = sample.predictions.hits.elements(as: Double.self)
    let labels = sample.labels.integers
    let symbol = PerturbationNorm(rawValue: norm)?.symbol ?? norm
    var items: [Figure.GalleryItem] = []
    for example in 0..<count where hits[example] == 1 && items.count < 8 {
      guard let place = firstMark(of: example) else { continue }
      let (clean, changed) = (sample.inputs[example], candidates[example])
      let logits = try subject.network.logits(of: Tensor.stacking([clean, changed]))
      let move = changed - clean
      let size = max(1e-12, move.magnitude().max().item())
      items.append(
        Figure.GalleryItem(
          clean: PNG.encode(subject.displayed(subject.image(from: clean))),
          changed: PNG.encode(subject.displayed(subject.image(from: changed))),
          difference: PNG.encode(subject.image(from: move * (0.5 / size) + 0.5)),
          trueLabel: subject.className(labels[example]),
          before: subject.prediction(logits[0]), after: subject.prediction(logits[1]),
          caption: "\(symbol) \(Double(radii[place]).roundedForDisplay)"))
    }
    return items.isEmpty
      ? nil
      : Figure.Gallery(
        title: "Adversarial examples" + (radii.count > 1 ? " at the smallest radius tried" : ""),
        items: items)
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
