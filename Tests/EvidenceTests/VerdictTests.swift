import Evidence
import Foundation
import Models
import Testing

import struct Evidence.Measurement

struct VerdictTests {
  struct Row: Sendable {
    let criterion: Criterion
    /// The quantities of three seeds or more: values, less a baseline of 2 where one is compared.
    let quantities: [Double]
    let verdict: Verdict

    init(_ criterion: Criterion, _ quantities: [Double], _ verdict: Verdict) {
      (self.criterion, self.quantities, self.verdict) = (criterion, quantities, verdict)
    }
  }

  private func judge(
    _ criterion: Criterion, _ quantities: [Double], isIdentity: Bool = false
  ) throws -> ClaimEvidence {
    let claim: Claim =
      isIdentity
      ? .identity("a", "A.", criterion)
      : criterion.isPaired
        ? .effect("a", "A.", criterion, of: "m", over: "c") : .level("a", "A.", criterion, of: "m")
    let measurements = quantities.enumerated().map { seed, quantity in
      let value =
        criterion.isRatio ? 2 * exp(quantity) : criterion.isPaired ? 2 + quantity : quantity
      return Measurement(
        "a", seed: UInt64(seed), baseline: criterion.isPaired ? 2 : nil, value: value, trials: 10)
    }
    return try #require(ClaimEvidence.judge([claim], by: measurements).first)
  }

  /// Around 1.5 with an interval from 1.4 to 1.6.
  private static let near = [1.46, 1.5, 1.54]

  @Test(
    "An effect is judged by where its interval lies",
    arguments: [
      Row(.greater(by: 1), near, .supported), Row(.greater(by: 1.55), near, .inconclusive),
      Row(.greater(by: 2), near, .notSupported), Row(.greater(by: 0), [0, 0, 0], .notSupported),
      Row(.noLower(by: 0), [0, 0, 0], .supported), Row(.noLower(by: -1), near, .supported),
      Row(.noLower(by: -1.55), near, .inconclusive), Row(.noLower(by: -2), near, .notSupported),
      Row(.less(by: -2), near, .supported), Row(.less(by: -1.55), near, .inconclusive),
      Row(.less(by: 0), near, .notSupported), Row(.noHigher(by: 0), [0, 0, 0], .supported),
      Row(.noHigher(by: 2), near, .supported), Row(.noHigher(by: 1), near, .notSupported),
      Row(.equal(within: 2), near, .supported), Row(.equal(within: 1.55), near, .inconclusive),
      Row(.equal(within: 1), near, .notSupported), Row(.equal(within: 0), [0, 0, 0], .supported),
      Row(.ratioAtLeast(exp(1)), near, .supported),
      Row(.ratioAtLeast(exp(2)), near, .notSupported),
      Row(.ratioAtMost(exp(1.55)), near, .inconclusive),
      Row(.ratioAtMost(exp(2)), near, .supported),
      Row(.atLeast(1), near, .supported), Row(.atLeast(1.55), near, .inconclusive),
      Row(.atMost(1), near, .notSupported), Row(.atMost(2), near, .supported),
      Row(.greater(by: 1), [5], .inconclusive), Row(.greater(by: 1), [], .inconclusive),
      Row(.greater(by: 1), [5, .infinity], .inconclusive),
      Row(.greater(by: 1), [1e308, 1e308, 1e308], .inconclusive),
    ])
  func effects(_ row: Row) throws {
    #expect(try judge(row.criterion, row.quantities).verdict == row.verdict)
  }

  @Test(
    "One trial that fails decides an identity, whatever the mean is",
    arguments: [
      Row(.atMost(1), [0, 0, 1], .supported), Row(.atMost(1), [0, 0, 1.01], .notSupported),
      Row(.atLeast(1), [5, 5, 0.9], .notSupported), Row(.atLeast(1), [5, 5, 1], .supported),
      Row(.always, [0, 0], .supported), Row(.always, [0, 1, 0], .notSupported),
      Row(.equal(within: 1), [0, -1.5, 1], .notSupported),
      Row(.equal(within: 1), [1, -1], .supported), Row(.greater(by: 0), [1, 0], .notSupported),
      Row(.noLower(by: 0), [1, 0], .supported), Row(.less(by: 0), [-1, -0.1], .supported),
      Row(.noHigher(by: 0), [-1, 0.1], .notSupported), Row(.atMost(1), [.infinity], .notSupported),
      Row(.atMost(1), [0, .nan], .inconclusive), Row(.always, [], .inconclusive),
    ])
  func identities(_ row: Row) throws {
    let finding = try judge(row.criterion, row.quantities, isIdentity: true)
    #expect(finding.verdict == row.verdict)
    #expect(finding.effect == nil && finding.worst?.trials == 10 * row.quantities.count)
  }

  @Test("Zero violations of n leave a rate of 3/n")
  func ruleOfThree() throws {
    let none = try judge(.always, [0, 0, 0], isIdentity: true)
    #expect(none.worst?.rateLimit(.always) == 0.1)
    let one = try judge(.always, [0, 1, 0], isIdentity: true)
    #expect(one.worst?.value == 1 && one.worst?.rateLimit(.always) == nil)
  }

  static let criteria: [Criterion] = [
    .greater(by: 0), .less(by: 0), .noLower(by: 1), .noHigher(by: 1), .equal(within: 1),
    .ratioAtLeast(2), .ratioAtMost(0.5), .atLeast(0), .atMost(0), .always,
  ]

  @Test("A criterion reads back as it was", arguments: criteria)
  func coding(_ criterion: Criterion) throws {
    let text = try JSONEncoder().encode(criterion)
    #expect(try JSONDecoder().decode(Criterion.self, from: text) == criterion)
  }

  @Test("What is not a number supports nothing", arguments: criteria)
  func notANumber(_ criterion: Criterion) throws {
    let quantities = [0.001, 0.002, .nan, 0.003]
    #expect(
      try judge(criterion, quantities, isIdentity: criterion == .always).verdict == .inconclusive)
  }

  @Test("A baseline that is missing, or a ratio of what is not positive, measures nothing")
  func missingBaseline() {
    let claims: [Claim] = [
      .effect("a", "A.", .greater(by: 1), of: "m", over: "c"),
      .effect("b", "B.", .ratioAtLeast(1), of: "m", over: "c"),
    ]
    let measurements = (0..<5).flatMap { seed in
      [
        Measurement("a", seed: seed, value: 2 + 0.001 * Double(seed)),
        Measurement("b", seed: seed, baseline: 0, value: 2),
      ]
    }
    #expect(
      ClaimEvidence.judge(claims, by: measurements).map(\.verdict)
        == [.inconclusive, .inconclusive])
  }

  @Test("Seeds in which the premise is false do not count")
  func premise() throws {
    let claim = Claim.effect("a", "A.", .greater(by: 0), of: "m", over: "c")
    func verdict(_ met: [Bool]) -> ClaimEvidence {
      let measurements = met.enumerated().map { seed, isMet in
        Measurement(
          "a", seed: UInt64(seed), baseline: 0, value: isMet ? 1 + 0.01 * Double(seed) : -9,
          isPremiseMet: isMet)
      }
      return ClaimEvidence.judge([claim], by: measurements)[0]
    }
    let most = verdict([true, false, true, true])
    #expect(most.verdict == .supported)
    #expect(most.effect?.seeds == [0, 2, 3] && most.effect?.seedsWithoutPremise == [1])
    #expect(verdict([false, true, false]).verdict == .inconclusive)
    #expect(verdict([false, false]).verdict == .inconclusive)
  }

  @Test("Pairing sees what unpaired seeds hide")
  func pairing() {
    let claim = Claim.effect("a", "A.", .greater(by: 0), of: "m", over: "c")
    let seeds = (0..<6).map { UInt64($0) }
    let bases = seeds.map { 10 * Double($0) }
    let paired = seeds.map { seed in
      let base = bases[Int(seed)]
      return Measurement("a", seed: seed, baseline: base, value: base + 1 + 0.1 * Double(seed % 3))
    }
    #expect(ClaimEvidence.judge([claim], by: paired)[0].verdict == .supported)
    let shifted = seeds.map { seed in
      Measurement(
        "a", seed: seed, baseline: bases[(Int(seed) + 2) % 6], value: paired[Int(seed)].value)
    }
    #expect(ClaimEvidence.judge([claim], by: shifted)[0].verdict == .inconclusive)
  }

  @Test("What one effect shows alone, it may not among many")
  func multiplicity() {
    let claims = (0..<8).map { Claim.effect("c\($0)", "C.", .greater(by: 0), of: "m", over: "c") }
    // A mean of 1 and a deviation of 1 over eight seeds: p is 0.025.
    let unit = [-1.0, -1, -1, -1, 1, 1, 1, 1].map { 1 + $0 * (7.0 / 8).squareRoot() }
    let measurements = claims.flatMap { claim in
      unit.enumerated().map {
        Measurement(claim.name, seed: UInt64($0), baseline: 0, value: $1)
      }
    }
    #expect(ClaimEvidence.judge([claims[0]], by: measurements)[0].verdict == .supported)
    let all = ClaimEvidence.judge(claims, by: measurements)
    #expect(all.allSatisfy { $0.verdict == .inconclusive })
    #expect(all.allSatisfy { abs($0.effect!.adjustedPValue! - 8 * $0.effect!.pValue!) < 1e-12 })
  }
}
