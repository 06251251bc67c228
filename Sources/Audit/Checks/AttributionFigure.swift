import Datasets
import Tensors

/// Draws attribution maps: beside images where examples are images, else as a table of the features
/// that weigh most.
struct AttributionFigure {
  let subject: AuditSubject

  init(_ subject: AuditSubject) { self.subject = subject }

  /// One example and its maps.
  struct Example {
    let input: Tensor
    let maps: [(name: String, map: Tensor)]
    let label: Int
    let prediction: Prediction
    let caption: String
  }

  func figure(_ examples: [Example]) -> Figure {
    guard subject.imageLayout != nil else { return table(examples) }
    let items = examples.map { example in
      Figure.SaliencyItem(
        image: PNG.encode(subject.displayed(subject.image(from: example.input))),
        maps: example.maps.map {
          .init(name: $0.name, image: PNG.encode(heatMap(subject.image(from: $0.map))))
        },
        trueLabel: subject.className(example.label), prediction: example.prediction,
        caption: example.caption)
    }
    return .saliency(.init(title: "Feature attributions", items: items))
  }

  private func table(_ examples: [Example]) -> Figure {
    let rows = examples.map { example -> [String] in
      let weights = example.maps[0].map.flattened()
      let top = weights.magnitude().topElements(min(3, weights.count)).indices.integers
      let words = top.map { "feature \($0) (\(Float(weights[$0].item())))" }
      return [
        example.caption, subject.className(example.label), example.prediction.label,
        words.joined(separator: ", "),
      ]
    }
    return .table(
      .init(
        title: "Feature attributions", columns: ["Case", "True", "Predicted", "Top features"],
        rows: rows))
  }

  /// An image of a map: white is nothing, red is for the class, blue against it.
  private func heatMap(_ map: Tensor) -> Tensor {
    let sums = map.sum(axes: [0])
    let scaled = sums / max(1e-30, sums.magnitude().max().item())
    let (warm, cold) = (scaled.relu(), (-scaled).relu())
    return 1 - Tensor.stacking([cold, warm + cold, warm])
  }
}

extension AuditSubject {
  /// An image whose values are stretched from the domain to `0...1`.
  func displayed(_ image: Tensor) -> Tensor {
    (image - domain.lowerBound) / (domain.upperBound - domain.lowerBound)
  }
}
