import Audit

/// One drawing: a Vega-Lite specification, and words for those who cannot see it.
///
/// Colors are the page's own variables, so that a drawing follows light, dark and print by itself.
struct Chart {
  /// What the drawing shows, for screen readers.
  var label: String
  /// The specification without what all charts share.
  var body: KeyValuePairs<String, JSONValue?>

  /// The specification as Vega-Lite takes it.
  var specification: JSONValue {
    guard case .object(let members) = JSONValue.object(omittingNil: body) else { return .null }
    let shared: [JSONValue.Member] = [
      .init(key: "$schema", value: "https://vega.github.io/schema/vega-lite/v6.json"),
      .init(key: "width", value: "container"),
      .init(key: "autosize", value: ["type": "fit-x", "contains": "padding"]),
    ]
    return .object(shared + members)
  }

  func html(identifier: String) -> HTML {
    """
    <div class="chart" role="img" aria-label="\(label)" data-chart="\(identifier)"></div>
    <script type="application/json" id="\(identifier)">\
    \(HTML(trusted: specification.compactText))</script>
    """
  }
}

/// One line of a legend; the sign differs by color and by shape.
struct LegendEntry {
  enum Sign {
    case line(dash: String, shape: HTML)
    case area
  }
  var label: String
  /// A variable of the style sheet.
  var color: String
  var sign: Sign

  var html: HTML {
    let drawing: HTML =
      switch sign {
      case .line(let dash, let shape):
        """
        <path d="M0 7h28" stroke="currentColor" stroke-width="2" stroke-dasharray="\(dash)"/>\
        \(shape)
        """
      case .area: "<rect width=\"28\" height=\"14\" rx=\"2\" fill=\"currentColor\"/>"
      }
    return """
      <li><svg viewBox="0 0 28 14" aria-hidden="true" style="color:var(\(color))">\(drawing)</svg>\
      \(label)</li>
      """
  }

  static let circle: HTML = "<circle cx=\"14\" cy=\"7\" r=\"4\" fill=\"currentColor\"/>"
  static let diamond: HTML = "<path d=\"M14 1.5l5.5 5.5-5.5 5.5L8.5 7z\" fill=\"currentColor\"/>"
}

extension JSONValue {
  /// Inline data for a specification.
  static func rows(_ rows: [JSONValue]) -> JSONValue { ["values": .array(rows)] }

  /// A quantitative channel.
  static func quantity(
    _ field: String, title: String? = nil, domain: [Double]? = nil, unit: Metric.Unit = .plain,
    axis: KeyValuePairs<String, JSONValue?> = [:]
  ) -> JSONValue {
    let format: JSONValue = unit == .fraction ? "~%" : unit == .count ? "~s" : "~g"
    guard case .object(let extra) = object(omittingNil: axis) else { return .null }
    return object(omittingNil: [
      "field": .string(field), "type": "quantitative",
      "title": title.map(JSONValue.string) ?? .null,
      "scale": domain.map { ["domain": .array($0.map(JSONValue.number)), "nice": false] },
      "axis": .object([Member(key: "format", value: format)] + extra),
    ])
  }
}
