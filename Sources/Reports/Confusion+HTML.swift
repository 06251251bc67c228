import Audit

extension Figure.Confusion {
  /// The most classes that are shown as a matrix; beyond, the commonest mistakes are listed.
  private static let matrixLimit = 20

  var title: String { isMatrix ? "Confusion matrix" : "Most frequent confusions" }

  var caption: String {
    isMatrix
      ? "Rows are true classes, columns predictions. The diagonal is correct; shaded cells"
        + " off it are errors."
      : "The most frequent confusions among \(labels.count) classes."
  }

  var html: HTML { isMatrix ? matrix : mistakes.html }

  private var isMatrix: Bool { labels.count <= Self.matrixLimit }

  private var matrix: HTML {
    let head = labels.map { "<th scope=\"col\">\($0)</th>" as HTML }
    let rows = zip(labels, counts).enumerated().map { truth, row -> HTML in
      let total = max(1, row.1.reduce(0, +))
      let cells = row.1.enumerated().map { prediction, count -> HTML in
        let shade = count == 0 ? 0 : 1 + min(4, Int(5 * Double(count) / Double(total)))
        let style = (prediction == truth ? "right-" : "wrong-") + "\(shade)"
        return "<td class=\"\(style)\">\(count == 0 ? "·" : count.grouped)</td>"
      }
      return "<tr><th scope=\"row\">\(row.0)</th>\(cells)</tr>"
    }
    return """
      <div class="scroll" tabindex="0" role="region" aria-label="Confusion matrix">
      <table class="confusion">
      <caption class="hidden">Counts of predictions by true class</caption>
      <thead><tr><td><span aria-hidden="true">True ↓\nPred. →</span></td>\(head)</tr></thead>
      <tbody>
      \(rows)
      </tbody>
      </table>
      </div>
      """
  }

  private var mistakes: DataTable {
    let pairs = counts.enumerated().flatMap { truth, row in
      row.enumerated().filter { $0.offset != truth && $0.element > 0 }.map {
        (truth: truth, prediction: $0.offset, count: $0.element)
      }
    }
    let sorted = pairs.sorted {
      ($1.count, $0.truth, $0.prediction) < ($0.count, $1.truth, $1.prediction)
    }
    return DataTable(
      caption: title, columns: ["True class", "Predicted", "Examples"],
      rows: sorted.prefix(Self.matrixLimit).map {
        [labels[$0.truth], labels[$0.prediction], $0.count.grouped]
      })
  }
}
