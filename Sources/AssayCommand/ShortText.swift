import Foundation

extension String {
  /// This text with spaces behind, as wide as a column.
  func padded(to width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - count))
  }
}

extension Double {
  /// This count in few characters: `12.3 k`, `1.20 M`.
  var shortCount: String {
    switch self {
    case 1e9...: String(format: "%.2f G", self / 1e9)
    case 1e6...: String(format: "%.2f M", self / 1e6)
    case 1e4...: String(format: "%.1f k", self / 1e3)
    default: String(format: "%.0f", self)
    }
  }

  /// This share in percent, with one decimal.
  var percent: String { String(format: "%.1f%%", 100 * self) }
}

extension Int {
  /// This number of bytes in few characters: `1.5 KiB`.
  var shortBytes: String {
    self >= 1 << 20
      ? String(format: "%.1f MiB", Double(self) / 0x1p20)
      : String(format: "%.1f KiB", Double(self) / 0x1p10)
  }
}
