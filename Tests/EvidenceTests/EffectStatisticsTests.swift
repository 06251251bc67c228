import Datasets
import Foundation
import Tensors
import TestSupport
import Testing

import struct Evidence.Measurement

@testable import Evidence

struct EffectStatisticsTests {
  private func statistics(
    _ quantities: [Double], _ criterion: Criterion = .greater(by: 0)
  ) -> EffectStatistics {
    EffectStatistics(
      quantities.enumerated().map {
        Measurement("a", seed: UInt64($0), baseline: 0, value: $1)
      }, criterion)
  }

  @Test("The interval of paired differences is scipy's, and p is 0.05 where it ends")
  func parity() throws {
    let golden = try NPZ(reading: goldenPath("student.npz"))
    let differences = (try golden.array("method") - golden.array("baseline"))
      .elements(as: Double.self)
    let found = statistics(differences)
    let ends = try golden.array("interval").elements(as: Double.self)
    #expect(abs(found.estimate.low - ends[0]) < 1e-12)
    #expect(abs(found.estimate.high - ends[1]) < 1e-12)
    for criterion: Criterion in [
      .greater(by: ends[0]), .less(by: -ends[1]), .noLower(by: -ends[1]), .noHigher(by: ends[0]),
      .equal(within: ends[1]),
    ] {
      #expect(abs(try #require(statistics(differences, criterion).pValue) - 0.05) < 1e-9)
    }
  }

  @Test("Size and power of a sample that is worked out by hand")
  func sizeAndPower() throws {
    let found = statistics([1, 2, 3])
    #expect(found.estimate.value == 2 && found.deviation == 1 && found.size == 2)
    // Quantiles of two degrees of freedom: 4.302653 at 0.975 and 1.060660 at 0.8.
    #expect(abs(try #require(found.detectable) - 5.363313 / 3.0.squareRoot()) < 1e-6)
    #expect(statistics([1, 1]).size == nil)
    // t = 2√3 with two degrees of freedom: p = 1 − t/√(t² + 2).
    #expect(abs(try #require(found.pValue) - (1 - (12.0 / 14).squareRoot())) < 1e-9)
    let lead = try #require(
      statistics([1, 2, 3], .greater(by: 0.5)).standardizedLead(.greater(by: 0.5)))
    #expect(lead.value == 1.5 && abs(lead.high - lead.low - 2 * 4.302653 / 3.0.squareRoot()) < 1e-5)
    #expect(statistics([1, 2, 3]).standardizedLead(.equal(within: 5))?.value == 3)
  }

  @Test("The interval covers the truth 95 times of 100", arguments: [3, 8])
  func coverage(_ seeds: Int) {
    var generator = Generator(seed: 11)
    let draws = Tensor.normal([1000, seeds], dtype: .float64, using: &generator) * 2 + 0.7
    let values = draws.elements(as: Double.self)
    let hits = (0..<1000).count { row in
      let estimate = statistics(Array(values[row * seeds..<(row + 1) * seeds])).estimate
      return estimate.low <= 0.7 && 0.7 <= estimate.high
    }
    // Three standard deviations of a count of 950 are 21.
    #expect(929...971 ~= hits)
  }

  @Test("A ratio is estimated by its geometric mean")
  func ratio() {
    let measurements = [(2.0, 1.0), (8, 1), (4, 1)].enumerated().map {
      Measurement("a", seed: UInt64($0), baseline: $1.1, value: $1.0)
    }
    let found = EffectStatistics(measurements, .ratioAtLeast(1))
    #expect(abs(found.estimate.value - 4) < 1e-12)
    #expect(abs(found.estimate.low * found.estimate.high - 16) < 1e-9)
  }

  @Test(
    "One seed, and what is no number, say nothing of a mean",
    arguments: [[1], [], [.nan, 1, 1], [1, .infinity]] as [[Double]])
  func unknown(_ sample: [Double]) {
    let found = statistics(sample)
    #expect(found.pValue == nil && found.estimate.low == -.infinity)
    #expect(found.detectable == nil && found.standardizedLead(.greater(by: 0)) == nil)
  }
}

struct MultiplicityTests {
  @Test("Adjusted p-values are those of R's p.adjust")
  func adjusted() {
    let p = [0.01, 0.02, 0.03, 0.04, 0.5]
    func isClose(_ found: [Double], _ expected: [Double]) -> Bool {
      zip(found, expected).allSatisfy { abs($0 - $1) < 1e-12 }
    }
    #expect(isClose(Multiplicity.holm(p), [0.05, 0.08, 0.09, 0.09, 0.5]))
    #expect(isClose(Multiplicity.benjaminiHochberg(p), [0.05, 0.05, 0.05, 0.05, 0.5]))
    let shuffled = [0.04, 0.5, 0.01, 0.03, 0.02]
    #expect(isClose(Multiplicity.holm(shuffled), [0.09, 0.5, 0.05, 0.09, 0.08]))
    #expect(Multiplicity.holm([]).isEmpty && Multiplicity.benjaminiHochberg([]).isEmpty)
    #expect(Multiplicity.holm([0.9, 0.8]) == [1, 1])
  }

  @Test("By chance alone, Holm finds something in at most 5 of 100 papers")
  func familyWise() {
    var generator = Generator(seed: 3)
    let papers = 400
    let found = (0..<papers).count { _ in
      let p = Tensor.uniform([6], dtype: .float64, using: &generator).elements(as: Double.self)
      return Multiplicity.holm(p).contains { $0 <= 0.05 }
    }
    // The expected count is 20 and its standard deviation 4.4.
    #expect(found <= 33 && found >= 7)
  }

  @Test("Over the catalogue, an effect is decided by its rate of false discoveries")
  func discoveries() throws {
    let strong = EvidenceRecord.sample()
    let rates = FalseDiscoveryRates([strong])
    #expect(rates.rate("sound", of: "sample") == nil)
    #expect(try #require(rates.rate("better", of: "sample")) < 0.05)
    #expect(rates.text(of: strong) == "1 of 1")
    #expect(FalseDiscoveryRates([]).text(of: strong) == "0 of 1")
  }
}
