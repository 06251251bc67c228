import Datasets
import Evidence
import Foundation
import Tensors
import TestSupport
import Testing

struct PairedStatisticsTests {
  @Test("The interval of paired differences is scipy's")
  func parity() throws {
    let golden = try NPZ(reading: goldenPath("student.npz"))
    let differences = try golden.array("method") - golden.array("baseline")
    let found = PairedStatistics(differences.elements(as: Double.self), interval: .student)
    let ends = try golden.array("interval").elements(as: Double.self)
    #expect(abs(found.estimate.low - ends[0]) < 1e-12)
    #expect(abs(found.estimate.high - ends[1]) < 1e-12)
  }

  @Test("Effect and power of a sample that is worked out by hand")
  func effectAndPower() throws {
    let found = PairedStatistics([1, 2, 3], interval: .student)
    #expect(found.estimate.value == 2)
    #expect(found.effect == 2)
    // Quantiles of two degrees of freedom: 4.302653 at 0.975 and 1.060660 at 0.8.
    #expect(abs(try #require(found.detectable) - 5.363313 / 3.0.squareRoot()) < 1e-6)
    #expect(PairedStatistics([1, 1], interval: .student).effect == nil)
  }

  @Test("The interval covers the truth 95 times of 100", arguments: [3, 8])
  func coverage(_ seeds: Int) {
    var generator = Generator(seed: 11)
    let draws = Tensor.normal([1000, seeds], dtype: .float64, using: &generator) * 2 + 0.7
    let values = draws.elements(as: Double.self)
    let hits = (0..<1000).count { row in
      let sample = Array(values[row * seeds..<(row + 1) * seeds])
      let estimate = PairedStatistics(sample, interval: .student).estimate
      return estimate.low <= 0.7 && 0.7 <= estimate.high
    }
    // Three standard deviations of a count of 950 are 21.
    #expect(929...971 ~= hits)
  }

  @Test("Resampling agrees with Student's interval on many seeds, and repeats itself")
  func bootstrap() {
    var generator = Generator(seed: 5)
    let sample = Tensor.normal([200], dtype: .float64, using: &generator).elements(as: Double.self)
    let student = PairedStatistics(sample, interval: .student).estimate
    let found = PairedStatistics(sample, interval: .bootstrap).estimate
    let width = student.high - student.low
    #expect(abs(found.low - student.low) < 0.15 * width)
    #expect(abs(found.high - student.high) < 0.15 * width)
    #expect(found == PairedStatistics(sample, interval: .bootstrap).estimate)
  }

  @Test("A range is of what was measured, even once")
  func range() {
    let found = PairedStatistics([3, 1, 2], interval: .range).estimate
    #expect((found.low, found.value, found.high) == (1, 2, 3))
    let once = PairedStatistics([4], interval: .range).estimate
    #expect((once.low, once.high) == (4, 4))
  }

  @Test(
    "One seed, and what is no number, say nothing of a mean",
    arguments: [
      [1], [], [.nan, 1, 1], [1, .infinity], [1e308, 1e308, 1e308],
    ] as [[Double]])
  func unknown(_ sample: [Double]) {
    for method in [IntervalMethod.student, .bootstrap] {
      let estimate = PairedStatistics(sample, interval: method).estimate
      #expect(Verdict(estimate, .atLeast(-1e300)) == .inconclusive)
    }
  }
}
