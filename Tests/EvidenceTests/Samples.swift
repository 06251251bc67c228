import Evidence
import Foundation
import Methods
import Synchronization
import Tensors

import struct Evidence.Measurement

extension EvidenceRecord {
  static let sampleClaims = [
    Claim.effect("better", "It is better.", .greater(by: 0.5), of: "method", over: "control"),
    Claim.identity("sound", "It is sound.", .always),
  ]

  /// A record of two claims and four seeds.
  static func sample(
    scale: ExperimentScale = .full, gain: Double = 1, version: String = "0.1.0",
    violation: Double = 0, provenance: Provenance = Provenance(), tuning: [TunedArm] = []
  ) -> EvidenceRecord {
    let measurements = (0..<4 as Range<UInt64>).flatMap { seed in
      [
        Measurement(
          "better", seed: seed, baseline: 2, value: 2 + gain + 0.01 * Double(seed), unit: "points",
          details: ["time": 0.1], flops: 1e6),
        Measurement("sound", seed: seed, value: seed == 2 ? violation : 0, trials: 50),
      ]
    }
    return EvidenceRecord(
      paper: "sample", methods: ["Sample"], scale: scale, seeds: [0, 1, 2, 3],
      claims: sampleClaims, measurements: measurements, versions: SoftwareVersions(assay: version),
      threads: 1, jobs: 1, tuning: tuning, provenance: provenance, date: "2026-01-01T00:00:00Z",
      seconds: 1.5)
  }
}

/// An experiment that counts how often it runs, and may fail.
final class CountingExperiment: Experiment {
  static let paper: PaperID = "counting"
  static let methods = ["Counting"]
  let claims: [Claim]
  let seeds: [UInt64] = [3, 1, 4, 15]
  let tuning: Tuning?
  private let failingSeed: UInt64?
  private let runs = Mutex<[UInt64]>([])

  init(failingAt seed: UInt64? = nil, margin: Double = 0, tuning: Tuning? = nil) {
    (failingSeed, self.tuning) = (seed, tuning)
    claims = [
      .effect("sum", "Sums grow.", .greater(by: margin), of: "magnitudes", over: "plain"),
      .identity("count", "There are many.", .atLeast(2)),
    ]
  }

  /// The first arm likes large settings, others small ones.
  func score(_ arm: String, _ context: ExperimentContext) -> Double {
    runs.withLock { $0.append(context.seed) }
    return context.setting(of: arm) * (arm == tuning?.arms.first ? 1 : -1)
  }

  struct Failure: Error {}

  /// The seeds that were run, in order.
  var ran: [UInt64] { runs.withLock { $0 } }

  func run(_ context: ExperimentContext) throws -> [Measurement] {
    runs.withLock { $0.append(context.seed) }
    context.report(0.5)
    try context.checkCancellation()
    if context.seed == failingSeed { throw Failure() }
    var generator = context.generator
    let matrix = Tensor.normal([60, 60], using: &generator)
    let sum = matrix.matmul(matrix).magnitude().sum().item()
    return [
      Measurement("sum", seed: context.seed, baseline: matrix.sum().item(), value: sum, flops: 1),
      Measurement(
        "count", seed: context.seed, value: Double(context.threads) + 2, trials: 1,
        details: Dictionary(
          uniqueKeysWithValues: (tuning?.arms ?? []).map { ($0, context.setting(of: $0)) })),
    ]
  }
}
