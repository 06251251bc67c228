import Foundation
import Testing
import Training

struct LearningRateScheduleTests {
  static let cases: [(LearningRateSchedule, Double, Double)] = [
    (.constant, 0, 1), (.constant, 0.9, 1),
    (.cosine(warmup: 0), 0, 1), (.cosine(warmup: 0), 0.5, 0.5), (.cosine(warmup: 0), 1, 0),
    (.cosine(warmup: 0.1), 0, 0), (.cosine(warmup: 0.1), 0.05, 0.5), (.cosine(warmup: 0.1), 0.1, 1),
    (.cosine(warmup: 0.1), 0.55, 0.5),
    (.cosine(warmup: 0.2), 0.4, 0.5 * (1 + cos(Double.pi / 4))),
    (.steps(at: [0.5, 0.75], factor: 0.1), 0.49, 1),
    (.steps(at: [0.5, 0.75], factor: 0.1), 0.5, 0.1),
    (.steps(at: [0.5, 0.75], factor: 0.1), 0.8, 0.01),
  ]

  @Test("Schedules have their closed form", arguments: cases)
  func factor(_ schedule: LearningRateSchedule, _ progress: Double, _ expected: Double) {
    #expect(abs(schedule.factor(at: progress) - expected) < 1e-12)
  }
}
