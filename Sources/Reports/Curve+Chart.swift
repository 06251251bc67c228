import Audit

extension Figure.Curve {
  private static let colors = ["--s1", "--s2", "--s3", "--s4", "--s5", "--s6"]
  private static let dashes = [[], [6, 3], [2, 3], [9, 3, 2, 3], [12, 4], [1, 2]]

  private func style(_ index: Int) -> (color: String, dash: [Int]) {
    (Self.colors[index % Self.colors.count], Self.dashes[index % Self.dashes.count])
  }

  /// Empty for a single line, which the title names.
  var legend: [LegendEntry] {
    guard lines.count > 1 else { return [] }
    return lines.enumerated().map { index, line in
      let (color, dash) = style(index)
      let text = dash.map { "\($0)" }.joined(separator: " ")
      return LegendEntry(label: line.name, color: color, sign: .line(dash: text, shape: ""))
    }
  }

  var table: DataTable {
    DataTable(
      caption: title, columns: ["Line", x.label, y.label, "Interval"],
      rows: lines.flatMap { line in
        line.points.map { point in
          let interval = zip(point.low, point.high).map {
            "\(y.unit.text($0)) – \(y.unit.text($1))"
          }
          return [line.name, x.unit.text(point.x), y.unit.text(point.y), interval ?? ""]
        }
      })
  }

  var chart: Chart {
    let rows = lines.flatMap { line in
      line.points.filter { $0.x.isFinite && $0.y.isFinite }.map { point in
        JSONValue.object(omittingNil: [
          "line": .string(line.name), "x": .number(point.x), "y": .number(point.y),
          "low": point.low.map(JSONValue.number), "high": point.high.map(JSONValue.number),
        ])
      }
    }
    let names = JSONValue.strings(lines.map(\.name))
    let colors = lines.indices.map { JSONValue.string("var(\(style($0).color))") }
    let dashes = lines.indices.map {
      JSONValue.array((style($0).dash.isEmpty ? [1, 0] : style($0).dash).map(JSONValue.integer))
    }
    let color: JSONValue = [
      "field": "line", "type": "nominal", "legend": nil,
      "scale": ["domain": names, "range": .array(colors)],
    ]
    let dash: JSONValue = [
      "field": "line", "type": "nominal", "legend": nil,
      "scale": ["domain": names, "range": .array(dashes)],
    ]
    return Chart(
      label: "Line chart, \(title): \(summary)",
      body: [
        "height": 280, "data": .rows(rows),
        "encoding": [
          "x": .quantity("x", title: x.label, domain: domain(of: \.x, x.unit), unit: x.unit),
          "color": color,
        ],
        "layer": [
          [
            "transform": [["filter": "isValid(datum.low) && isValid(datum.high)"]],
            "mark": ["type": "area", "opacity": 0.16],
            "encoding": [
              "y": ["field": "low", "type": "quantitative"], "y2": ["field": "high"],
            ],
          ],
          [
            "mark": ["type": "line", "strokeWidth": 2.2],
            "encoding": [
              "y": .quantity(
                "y", title: y.label, unit: y.unit, axis: ["minExtent": 44, "tickCount": 5]),
              "strokeDash": dash,
              "tooltip": [
                ["field": "line", "title": "Line"],
                ["field": "x", "title": .string(x.label), "format": .string(format(x.unit))],
                ["field": "y", "title": .string(y.label), "format": .string(format(y.unit))],
              ],
            ],
          ],
        ],
      ])
  }

  private func domain(
    of value: KeyPath<Point, Double>, _ unit: Metric.Unit
  ) -> [Double]? {
    let values = lines.flatMap { $0.points.map { $0[keyPath: value] } }.filter(\.isFinite)
    guard unit == .fraction, let least = values.min(), let most = values.max(), least >= 0,
      most <= 1
    else { return nil }
    return [0, 1]
  }

  private func format(_ unit: Metric.Unit) -> String { unit == .fraction ? ".1%" : ".4~g" }

  private var summary: String {
    lines.map { line in
      guard let first = line.points.first, let last = line.points.last else {
        return "\(line.name) has no points."
      }
      return "\(line.name) goes from \(y.unit.text(first.y)) at \(x.unit.text(first.x))"
        + " to \(y.unit.text(last.y)) at \(x.unit.text(last.x))."
    }.joined(separator: " ")
  }
}

/// Both values, or `nil` if one is missing.
func zip<First, Second>(_ first: First?, _ second: Second?) -> (First, Second)? {
  guard let first, let second else { return nil }
  return (first, second)
}
