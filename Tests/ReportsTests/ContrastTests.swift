import Foundation
import Testing

@testable import Reports

struct ContrastTests {
  enum Theme: String, CaseIterable { case light, dark }

  /// Foreground and background of every text on the page.
  static let pairs: [(String, String)] =
    [
      ("ink", "bg"), ("ink", "surface"), ("ink", "raised"), ("muted", "bg"), ("muted", "surface"),
      ("muted", "raised"), ("accent", "surface"), ("surface", "accent"), ("pass", "raised"),
      ("fail", "raised"), ("pass", "surface"), ("fail", "surface"), ("ink", "fail-bg"),
      ("ink", "warn-bg"), ("ink", "pass-bg"),
    ] + ["pass", "warn", "fail", "skipped"].map { ($0, "\($0)-bg") }
    + (0...5).map { ("heat-text-\($0)", "heat-\($0)") }

  @Test("Text stands out by 4.5 to 1", arguments: Theme.allCases)
  func text(_ theme: Theme) throws {
    for (front, back) in Self.pairs {
      let ratio = try contrast(front, back, theme)
      #expect(ratio >= 4.5, "\(theme) \(front) on \(back): \(ratio)")
    }
  }

  @Test("Lines of charts stand out by 3 to 1", arguments: Theme.allCases)
  func lines(_ theme: Theme) throws {
    for name in (1...6).map({ "s\($0)" }) + ["attack", "certified", "muted"] {
      let ratio = try contrast(name, "surface", theme)
      #expect(ratio >= 3, "\(theme) \(name): \(ratio)")
    }
  }

  private func contrast(_ front: String, _ back: String, _ theme: Theme) throws -> Double {
    let (a, b) = (try luminance(of: front, theme), try luminance(of: back, theme))
    return (max(a, b) + 0.05) / (min(a, b) + 0.05)
  }

  /// The relative luminance of a color, as the Web Content Accessibility Guidelines define it.
  private func luminance(of name: String, _ theme: Theme) throws -> Double {
    let parts = HTMLReport.style.split(separator: "@media screen", maxSplits: 1)
    let block = theme == .light ? parts[0] : parts[1]
    let start = try #require(block.firstRange(of: "--\(name): #"), "no color \(name)").upperBound
    let value = try #require(UInt32(block[start...].prefix(6), radix: 16))
    let channels = [16, 8, 0].map { shift -> Double in
      let channel = Double(value >> shift & 255) / 255
      return channel <= 0.04045 ? channel / 12.92 : pow((channel + 0.055) / 1.055, 2.4)
    }
    return 0.2126 * channels[0] + 0.7152 * channels[1] + 0.0722 * channels[2]
  }
}
