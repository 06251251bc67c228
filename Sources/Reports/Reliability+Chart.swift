import Audit

extension Figure.Reliability {
  var caption: String {
    "Accuracy by confidence. Bars below the dashed line mean that the model is overconfident, bars"
      + " above it that it is underconfident."
  }

  var legend: [LegendEntry] {
    [
      LegendEntry(label: "Accuracy", color: "--s1", sign: .area),
      LegendEntry(label: "Gap to confidence", color: "--gap", sign: .area),
      LegendEntry(
        label: "Perfect calibration", color: "--muted", sign: .line(dash: "4 4", shape: "")),
    ]
  }

  var table: DataTable {
    DataTable(
      caption: "Reliability by confidence",
      columns: ["Confidence", "Mean confidence", "Accuracy", "Examples"],
      rows: filled.map { bin in
        let unit = Metric.Unit.fraction
        return [
          "\(unit.text(bin.range.lowerBound)) – \(unit.text(bin.range.upperBound))",
          unit.text(bin.confidence), unit.text(bin.accuracy), bin.count.grouped,
        ]
      })
  }

  var charts: [Chart] { [diagram, histogram] }

  private var filled: [Bin] { bins.filter { $0.count > 0 } }

  private var data: JSONValue {
    .rows(
      filled.map { bin in
        [
          "low": .number(bin.range.lowerBound), "high": .number(bin.range.upperBound),
          "confidence": .number(bin.confidence), "accuracy": .number(bin.accuracy),
          "count": .integer(bin.count),
        ]
      })
  }

  private var diagram: Chart {
    let x = JSONValue.quantity("low", domain: [0, 1], unit: .fraction, axis: ["labels": false])
    let y = JSONValue.quantity(
      "accuracy", title: "Accuracy", domain: [0, 1], unit: .fraction,
      axis: ["minExtent": 44, "tickCount": 5])
    let tooltip: JSONValue = [
      ["field": "confidence", "title": "Mean confidence", "format": ".1%"],
      ["field": "accuracy", "title": "Accuracy", "format": ".1%"],
      ["field": "count", "title": "Examples"],
    ]
    return Chart(
      label: "Bar chart of accuracy by confidence. \(summary)",
      body: [
        "height": 280, "data": data,
        "layer": [
          [
            "mark": [
              "type": "bar", "color": "var(--s1)", "fillOpacity": 0.72, "stroke": "var(--surface)",
            ],
            "encoding": [
              "x": x, "x2": ["field": "high"], "y": y, "y2": ["datum": 0], "tooltip": tooltip,
            ],
          ],
          [
            "mark": [
              "type": "bar", "color": "var(--gap)", "stroke": "var(--gap-line)",
              "strokeWidth": 1,
            ],
            "encoding": [
              "x": ["field": "low", "type": "quantitative"], "x2": ["field": "high"],
              "y": ["field": "accuracy", "type": "quantitative"], "y2": ["field": "confidence"],
              "tooltip": tooltip,
            ],
          ],
          [
            "data": .rows([["d": 0], ["d": 1]]),
            "mark": ["type": "line", "color": "var(--muted)", "strokeDash": [4, 4]],
            "encoding": [
              "x": ["field": "d", "type": "quantitative"],
              "y": ["field": "d", "type": "quantitative"],
            ],
          ],
        ],
      ])
  }

  private var histogram: Chart {
    Chart(
      label: "Histogram of confidence over \(bins.map(\.count).reduce(0, +).grouped) examples.",
      body: [
        "height": 72, "data": data,
        "mark": [
          "type": "bar", "color": "var(--s6)", "fillOpacity": 0.6, "stroke": "var(--surface)",
        ],
        "encoding": [
          "x": .quantity("low", title: "Confidence", domain: [0, 1], unit: .fraction),
          "x2": ["field": "high"],
          "y": .quantity(
            "count", title: "Examples", unit: .count, axis: ["minExtent": 44, "tickCount": 2]),
          "y2": ["datum": 0],
          "tooltip": [
            ["field": "confidence", "title": "Mean confidence", "format": ".1%"],
            ["field": "count", "title": "Examples"],
          ],
        ],
      ])
  }

  private var summary: String {
    let gap = filled.max {
      abs($0.accuracy - $0.confidence) < abs($1.accuracy - $1.confidence)
    }
    guard let gap else { return "There are no examples." }
    let unit = Metric.Unit.fraction
    return "The largest gap is at a confidence of \(unit.text(gap.confidence)), where"
      + " accuracy is \(unit.text(gap.accuracy))."
  }
}
