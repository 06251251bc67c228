import Audit

extension Figure.Sandwich {
  var title: String { "Robust accuracy between attack and certificate, \(normText)" }

  var caption: String {
    "Robust accuracy lies between the two lines: attacks bound it from above, certificates from"
      + " below. The shaded band is unresolved."
  }

  var legend: [LegendEntry] {
    [
      LegendEntry(
        label: "Robust accuracy under attack (upper bound)", color: "--attack",
        sign: .line(dash: "", shape: LegendEntry.circle)),
      LegendEntry(
        label: "Certified accuracy (lower bound)", color: "--certified",
        sign: .line(dash: "6 3", shape: LegendEntry.diamond)),
      LegendEntry(label: "Undecided", color: "--undecided-swatch", sign: .area),
    ]
  }

  var table: DataTable {
    DataTable(
      caption: title,
      columns: ["Radius", "Robust accuracy", "95% CI", "Certified accuracy", "95% CI"],
      rows: points.map { point in
        [
          point.radius.significant, text(point.attack), interval(point.attack),
          point.certified.map(text) ?? "not computed", point.certified.map(interval) ?? "",
        ]
      })
  }

  var chart: Chart {
    let rows = points.map { point in
      JSONValue.object(omittingNil: [
        "radius": .number(point.radius), "attack": .number(point.attack.value),
        "attackLow": point.attack.low.map(JSONValue.number),
        "attackHigh": point.attack.high.map(JSONValue.number),
        "certified": point.certified.map { .number($0.value) },
        "certifiedLow": point.certified?.low.map(JSONValue.number),
        "certifiedHigh": point.certified?.high.map(JSONValue.number),
      ])
    }
    return Chart(
      label: "Line chart of accuracy over radius, \(normText). \(summary)",
      body: [
        "height": 320, "data": .rows(rows),
        "encoding": [
          "x": .quantity(
            "radius", title: "Perturbation radius, \(normText), input units",
            axis: ["tickCount": 6])
        ],
        "layer": [
          area("certified", "attack", color: "--undecided", opacity: 1),
          area("attackLow", "attackHigh", color: "--attack", opacity: 0.18),
          area("certifiedLow", "certifiedHigh", color: "--certified", opacity: 0.18),
          line("certified", color: "--certified", dash: [6, 3], shape: "diamond"),
          line("attack", color: "--attack", dash: [1, 0], shape: "circle"),
        ],
      ])
  }

  private func area(_ low: String, _ high: String, color: String, opacity: Double) -> JSONValue {
    [
      "transform": [["filter": "isValid(datum.\(low)) && isValid(datum.\(high))"]],
      "mark": ["type": "area", "color": "var(\(color))", "opacity": .number(opacity)],
      "encoding": [
        "y": ["field": .string(low), "type": "quantitative"], "y2": ["field": .string(high)],
      ],
    ]
  }

  private func line(_ field: String, color: String, dash: JSONValue, shape: String) -> JSONValue {
    let color: JSONValue = "var(\(color))"
    return [
      "transform": [["filter": "isValid(datum.\(field))"]],
      "mark": [
        "type": "line", "color": color, "strokeWidth": 2.4, "strokeDash": dash,
        "point": ["filled": true, "size": 70, "shape": .string(shape), "color": color],
      ],
      "encoding": [
        "y": .quantity(
          field, title: "Accuracy", domain: [0, 1], unit: .fraction,
          axis: ["minExtent": 44, "tickCount": 5]),
        "tooltip": [
          ["field": "radius", "title": "Radius", "format": ".4~g"],
          ["field": "attack", "title": "Robust accuracy", "format": ".1%"],
          ["field": "certified", "title": "Certified accuracy", "format": ".1%"],
        ],
      ],
    ]
  }

  private var normText: String {
    ["linf": "L∞", "l2": "L2", "l1": "L1", "l0": "L0"][norm] ?? norm
  }

  private func text(_ metric: Metric) -> String { Metric.Unit.fraction.text(metric.value) }

  private func interval(_ metric: Metric) -> String {
    zip(metric.low, metric.high).map {
      "\(Metric.Unit.fraction.text($0)) – \(Metric.Unit.fraction.text($1))"
    } ?? ""
  }

  private var summary: String {
    points.map { point in
      let certified = point.certified.map { ", certified accuracy \(text($0))" } ?? ""
      return
        "At radius \(point.radius.significant): robust accuracy \(text(point.attack))\(certified)."
    }.joined(separator: " ")
  }
}
