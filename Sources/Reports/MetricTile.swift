import Audit

/// A metric with its name, its value and, where there is one, its interval.
struct MetricTile {
  var name: String
  var metric: Metric
  /// The finding the metric comes from, where the place does not say so.
  var finding: String?

  var html: HTML {
    let label = metric.label ?? name.asWords
    let source = finding.map { "<b>\($0)</b> " as HTML }
    let detail = finding == label ? nil : label
    return """
      <div class="tile"><dt>\(source)\(detail ?? "")</dt>\
      <dd><span class="value">\(metric.unit.text(metric.value))</span>\(interval)</dd></div>
      """
  }

  private var interval: HTML? {
    guard let low = metric.low, let high = metric.high else { return nil }
    let text: HTML = """
      <span class="interval"><span class="hidden">interval </span>\(metric.unit.text(low)) – \
      \(metric.unit.text(high))</span>
      """
    return "\(bar(low, high))\(text)"
  }

  /// The interval on a line from 0 to 1; only fractions have such a line.
  private func bar(_ low: Double, _ high: Double) -> HTML? {
    guard metric.unit == .fraction, [low, high, metric.value].allSatisfy((0...1).contains) else {
      return nil
    }
    let left = (low * 100).decimals(1)
    let point = (metric.value * 100 - 0.4).decimals(1)
    let width = max(1, (high - low) * 100).decimals(1)
    return """
      <svg class="range" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">\
      <rect class="track" width="100" height="2" y="2" rx="1"/>\
      <rect class="span" x="\(left)" width="\(width)" height="6" rx="1"/>\
      <rect class="point" x="\(point)" width="0.8" height="6"/></svg>
      """
  }
}
