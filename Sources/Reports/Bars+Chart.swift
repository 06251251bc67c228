import Audit

extension Figure.Bars {
  var caption: String {
    "\(value.label) of each kind by \(levelLabel.lowercased()); the stronger the color, the worse."
  }

  var table: DataTable {
    DataTable(
      caption: title, columns: [""] + headings,
      rows: groups.map { group in
        [group.name] + columns(of: group).map { $0.map(value.unit.text) ?? "–" }
      })
  }

  /// A heat map, one row a group; the last column is the mean.
  var chart: Chart {
    let rows = groups.flatMap { group in
      zip(headings, columns(of: group)).compactMap { heading, value -> JSONValue? in
        guard let value, value.isFinite else { return nil }
        return [
          "group": .string(group.name), "level": .string(heading), "value": .number(value),
          "text": .string(short(value)), "shade": .integer(shade(value)),
        ]
      }
    }
    let x: JSONValue = [
      "field": "level", "type": "ordinal", "sort": .strings(headings),
      "title": .string(levelLabel),
      "axis": ["orient": "top", "labelAngle": 0, "domain": false, "ticks": false],
    ]
    let y: JSONValue = [
      "field": "group", "type": "nominal", "sort": .strings(groups.map(\.name)), "title": nil,
      "axis": ["domain": false, "ticks": false, "labelLimit": 130, "grid": false],
    ]
    return Chart(
      label: "Heat map, \(title). \(summary)",
      body: [
        "height": .integer(max(1, groups.count) * 30), "data": .rows(rows),
        "encoding": [
          "x": x, "y": y,
          "tooltip": [
            ["field": "group", "title": "Kind"], ["field": "level", "title": .string(levelLabel)],
            ["field": "text", "title": .string(value.label)],
          ],
        ],
        "layer": [
          [
            "mark": [
              "type": "rect", "stroke": "var(--surface)", "strokeWidth": 2, "cornerRadius": 4,
            ],
            "encoding": ["color": shades("--heat")],
          ],
          [
            "mark": ["type": "text", "fontSize": 12],
            "encoding": ["text": ["field": "text"], "color": shades("--heat-text")],
          ],
        ],
        "resolve": ["scale": ["color": "independent"]],
      ])
  }

  private var headings: [String] { levels.count > 1 ? levels + ["Mean"] : levels }

  private func columns(of group: Group) -> [Double?] {
    guard levels.count > 1 else { return group.values }
    let known = group.values.compactMap(\.self).filter(\.isFinite)
    return group.values + [known.isEmpty ? nil : known.reduce(0, +) / Double(known.count)]
  }

  /// A shade from 0 for the best to 5 for the worst.
  private func shade(_ number: Double) -> Int {
    if value.unit == .fraction {
      return [0.95, 0.9, 0.8, 0.65, 0.45].firstIndex { number >= $0 } ?? 5
    }
    let known = groups.flatMap(\.values).compactMap(\.self).filter(\.isFinite)
    guard let least = known.min(), let most = known.max(), most > least else { return 0 }
    let part = (most - number) / (most - least)
    return part.isFinite ? min(5, Int(part * 6)) : 0
  }

  private func shades(_ variable: String) -> JSONValue {
    let range = (0...5).map { JSONValue.string("var(\(variable)-\($0))") }
    return [
      "field": "shade", "type": "nominal", "legend": nil,
      "scale": ["domain": [0, 1, 2, 3, 4, 5], "range": .array(range)],
    ]
  }

  /// A number short enough for a cell on a phone.
  private func short(_ number: Double) -> String {
    value.unit == .fraction ? (number * 100).decimals(0) + "%" : value.unit.text(number)
  }

  private var summary: String {
    let means = groups.compactMap { group in
      columns(of: group).last.flatMap(\.self).map { (name: group.name, mean: $0) }
    }
    guard let worst = means.min(by: { $0.mean < $1.mean }) else { return "No values." }
    return "Lowest: \(worst.name), \(value.unit.text(worst.mean))."
  }
}
