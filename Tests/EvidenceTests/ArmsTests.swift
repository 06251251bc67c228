import Synchronization
import Testing

import struct Evidence.Measurement

@testable import Evidence

struct ArmsTests {
  private let claims: [Claim] = [
    .identity("sound", "It is sound.", .always),
    .effect("better", "It is better.", .greater(by: 0), of: "method", over: "control"),
    .effect("cheaper", "It is cheaper.", .less(by: 0), of: "method", over: "plain"),
    .level("good", "It is good.", .atLeast(1), of: "method"),
  ]

  @Test("Each arm runs once, in order, and every effect finds its two")
  func compare() throws {
    var ran: [String] = []
    let shares = Mutex<[Double]>([])
    let context = ExperimentContext(seed: 7, scale: .small) { share in
      shares.withLock { $0.append(share) }
    }
    let arms = try context.compare(claims, and: ["extra", "plain"]) { arm in
      ran.append(arm)
      return Double(arm.count)
    }
    #expect(ran == ["method", "control", "plain", "extra"])
    #expect(shares.withLock { $0 } == [0.25, 0.5, 0.75, 1])
    #expect(arms["extra"] == 5)
    let better = arms.measurement(
      "better", unit: "letters", details: ["twice": { 2 * $0 }], isPremiseMet: { $0 > 6 }, \.self)
    #expect(better.seed == 7 && better.value == 6 && better.baseline == 7)
    #expect(better.details == ["method: twice": 12, "control: twice": 14])
    #expect(!better.isPremiseMet)
    let good = arms.measurement("good", unit: "letters") { $0 }
    #expect(good.baseline == nil && good.isPremiseMet)
  }

  @Test("Nothing runs after a cancellation")
  func cancellation() async {
    let claims = claims
    let task = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      let context = ExperimentContext(seed: 0, scale: .small)
      _ = try context.compare(claims) { _ in 0 }
    }
    await #expect(throws: CancellationError.self) { try await task.value }
  }
}
