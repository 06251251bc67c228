import Audit
import Testing

@testable import Reports

struct NumberTextTests {
  static let cases: [(Metric.Unit, Double, String)] = [
    (.fraction, 0.974, "97.4%"), (.fraction, 1, "100.0%"), (.plain, 0.0031, "0.0031"),
    (.plain, 1.62, "1.62"), (.plain, 0, "0"), (.plain, 123.456, "123.5"),
    (.plain, 0.00001234, "1.23e-05"), (.plain, -2, "-2"), (.count, 18_346, "18,346"),
    (.count, 999, "999"), (.count, -1_234_567, "-1,234,567"), (.count, 1e300, "1.00e+300"),
    (.milliseconds, 3.214, "3.21 ms"), (.milliseconds, 250.4, "250 ms"), (.bytes, 512, "512 B"),
    (.bytes, 2_120_000, "2.1 MB"), (.bytes, 212_000_000, "212 MB"), (.plain, .nan, "not a number"),
    (.fraction, .infinity, "unbounded"),
  ]

  @Test("Numbers read well in their unit", arguments: cases)
  func text(_ unit: Metric.Unit, _ value: Double, _ expected: String) {
    #expect(unit.text(value) == expected)
  }

  @Test(
    "Durations read well",
    arguments: [(0.25, "250 ms"), (17.44, "17.4 s"), (200, "3 min 20 s"), (.nan, "unknown")])
  func duration(_ seconds: Double, _ expected: String) { #expect(seconds.durationText == expected) }

  @Test("Names become words")
  func words() { #expect("meanAccuracy".asWords == "Mean accuracy") }
}
