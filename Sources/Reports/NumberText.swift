import Audit
import Foundation

extension Double {
  /// This number with a fixed count of decimals, with a point wherever the machine is.
  func decimals(_ count: Int) -> String {
    String(format: "%.\(count)f", self)
  }

  /// This number with about three significant digits; very small and large ones with an exponent.
  var significant: String {
    let size = magnitude
    if size == 0 { return "0" }
    if size < 1e-4 || size >= 1e6 {
      return String(format: "%.2e", self)
    }
    var text = decimals(size >= 100 ? 1 : size >= 10 ? 2 : size >= 1 ? 3 : 4)
    while text.last == "0" { text.removeLast() }
    if text.last == "." { text.removeLast() }
    return text
  }
}

extension Metric.Unit {
  /// Returns `value` as a reader expects it: `97.0%`, `3.20 ms`, `1,234`, or `not a number`.
  func text(_ value: Double) -> String {
    guard value.isFinite else { return value.isNaN ? "not a number" : "unbounded" }
    switch self {
    case .plain: return value.significant
    case .fraction: return (value * 100).decimals(1) + "%"
    case .count: return Int(exactly: value.rounded())?.grouped ?? value.significant
    case .milliseconds: return value.decimals(value < 10 ? 2 : value < 100 ? 1 : 0) + " ms"
    case .bytes:
      let units = ["B", "KB", "MB", "GB", "TB"]
      var (size, index) = (value, 0)
      while size.magnitude >= 1000, index + 1 < units.count {
        (size, index) = (size / 1000, index + 1)
      }
      return size.decimals(index == 0 || size >= 100 ? 0 : 1) + " " + units[index]
    }
  }
}

extension Int {
  /// This number with a comma between groups of three digits.
  var grouped: String {
    let digits = String(magnitude)
    var text = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { text += "," }
      text.append(digit)
    }
    return (self < 0 ? "-" : "") + text
  }
}

extension String {
  /// A metric's name as words: `meanAccuracy` becomes `Mean accuracy`.
  var asWords: String {
    spaced.prefix(1).uppercased() + spaced.dropFirst()
  }

  private var spaced: String {
    reduce(into: "") { $0 += $1.isUppercase ? " " + $1.lowercased() : String($1) }
  }
}

extension Double {
  /// This duration in words: `820 ms`, `12.4 s`, `3 min 20 s`.
  var durationText: String {
    guard isFinite, self >= 0 else { return "unknown" }
    if self < 1 { return "\(Int((self * 1000).rounded())) ms" }
    if self < 60 { return decimals(1) + " s" }
    guard let whole = Int(exactly: rounded()) else { return "unknown" }
    return "\(whole / 60) min \(whole % 60) s"
  }
}
