import Evidence
import Foundation
import Models
import Testing

import struct Evidence.Measurement

struct VerdictTests {
  struct Row: Sendable {
    let criterion: Criterion
    let low: Double
    let high: Double
    let verdict: Verdict

    init(_ criterion: Criterion, _ low: Double, _ high: Double, _ verdict: Verdict) {
      (self.criterion, self.low, self.high, self.verdict) = (criterion, low, high, verdict)
    }
  }

  @Test(
    "A verdict is where the whole interval lies",
    arguments: [
      Row(.greater(by: 1), 1.1, 2, .supported), Row(.greater(by: 1), 1, 2, .inconclusive),
      Row(.greater(by: 1), 0, 1, .notSupported), Row(.greater(by: 0), 0, 0, .notSupported),
      Row(.less(by: 1), -3, -1.1, .supported), Row(.less(by: 1), -3, -1, .inconclusive),
      Row(.less(by: 1), -1, 3, .notSupported), Row(.less(by: 0), 0, 0, .notSupported),
      Row(.atLeast(1), 1, 2, .supported), Row(.atLeast(1), 0.9, 2, .inconclusive),
      Row(.atLeast(1), 0, 0.9, .notSupported), Row(.atLeast(1), 0, 1, .inconclusive),
      Row(.atMost(1), 0, 1, .supported), Row(.atMost(1), 0, 1.1, .inconclusive),
      Row(.atMost(1), 1.1, 2, .notSupported), Row(.atMost(1), 1, 2, .inconclusive),
      Row(.equal(within: 1), -1, 1, .supported), Row(.equal(within: 1), -1, 1.1, .inconclusive),
      Row(.equal(within: 1), 1.1, 2, .notSupported),
      Row(.equal(within: 1), -2, -1.1, .notSupported),
      Row(.equal(within: 0), 0, 0, .supported),
      Row(.always, 0, 0, .supported), Row(.always, 0, 1, .notSupported),
      Row(.always, 2, 3, .notSupported), Row(.always, -1, 0, .inconclusive),
      Row(.greater(by: 1), -.infinity, .infinity, .inconclusive),
    ])
  func edges(_ row: Row) {
    let middle = row.low.isFinite ? 0.5 * (row.low + row.high) : 5
    #expect(Verdict(Estimate(middle, low: row.low, high: row.high), row.criterion) == row.verdict)
  }

  static let criteria: [Criterion] = [
    .greater(by: 0), .less(by: 0), .atLeast(0), .atMost(0), .equal(within: 1), .always,
  ]

  @Test("A criterion reads back as it was", arguments: criteria)
  func coding(_ criterion: Criterion) throws {
    let text = try JSONEncoder().encode(criterion)
    #expect(try JSONDecoder().decode(Criterion.self, from: text) == criterion)
  }

  @Test("What is not a number supports nothing", arguments: criteria)
  func notANumber(_ criterion: Criterion) {
    let claim = Claim("a", "A.", criterion)
    for (baseline, value) in [(0, Double.nan), (.nan, 0), (.nan, .nan)]
    where criterion.isPaired || value.isNaN {
      let measurements = (0..<5).map { seed in
        Measurement(
          "a", seed: seed, baseline: seed == 3 ? baseline : 0,
          value: seed == 3 ? value : Double(seed) * 0.001)
      }
      #expect(ClaimEvidence(claim, measurements: measurements).verdict == .inconclusive)
    }
    let nan = Estimate(0, low: .nan, high: .nan)
    #expect(Verdict(nan, criterion) == .inconclusive)
  }

  @Test("A baseline that is missing counts as nothing measured")
  func missingBaseline() {
    let measurements = (0..<5).map { Measurement("a", seed: $0, value: 2 + 0.001 * Double($0)) }
    let paired = ClaimEvidence(Claim("a", "A.", .greater(by: 1)), measurements: measurements)
    #expect(paired.verdict == .inconclusive)
    let alone = ClaimEvidence(Claim("a", "A.", .atLeast(1)), measurements: measurements)
    #expect(alone.verdict == .supported)
  }

  @Test("Pairing sees what unpaired seeds hide")
  func pairing() {
    let claim = Claim("a", "A.", .greater(by: 0))
    let seeds = (0..<6).map { UInt64($0) }
    let bases = seeds.map { 10 * Double($0) }
    let paired = seeds.map { seed in
      let base = bases[Int(seed)]
      return Measurement("a", seed: seed, baseline: base, value: base + 1 + 0.1 * Double(seed % 3))
    }
    #expect(ClaimEvidence(claim, measurements: paired).verdict == .supported)
    let shifted = seeds.map { seed in
      Measurement(
        "a", seed: seed, baseline: bases[(Int(seed) + 2) % 6], value: paired[Int(seed)].value)
    }
    #expect(ClaimEvidence(claim, measurements: shifted).verdict == .inconclusive)
  }
}
