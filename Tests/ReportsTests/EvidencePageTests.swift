import Evidence
import Reports
import Testing

import struct Evidence.Measurement

struct EvidencePageTests {
  private func record(gain: Double) -> EvidenceRecord {
    let claims: [Claim] = [
      .effect("better", "It is <better>.", .greater(by: 0.5), of: "method", over: "control"),
      .identity("sound", "It is sound.", .always),
    ]
    let measurements = (0..<4 as Range<UInt64>).flatMap { seed in
      [
        Measurement(
          "better", seed: seed, baseline: 2, value: 2 + gain + 0.1 * Double(seed)),
        Measurement("sound", seed: seed, value: 0, trials: 50),
      ]
    }
    return EvidenceRecord(
      paper: "sample", methods: ["Sample"], scale: .full, seeds: [0, 1, 2, 3], claims: claims,
      measurements: measurements, versions: SoftwareVersions(assay: "1"), threads: 1, jobs: 1,
      date: "2026-01-01T00:00:00Z", seconds: 1)
  }

  private func page(gain: Double, isStale: Bool = false) -> String {
    EvidencePage([
      EvidencePage.Room(
        name: "Training",
        papers: [EvidencePage.Paper(title: "A Paper", record: record(gain: gain), isStale: isStale)]
      )
    ]).text
  }

  @Test("Effects have intervals on one axis, identities their trials, and both are counted apart")
  func kinds() {
    let text = page(gain: 1, isStale: true)
    for words in [
      "identities: 1 of 1 hold; effects: 1 supported", "It is &lt;better&gt;.", "stale",
      "asked: method above control by more than 0.5", "<svg", "<td>200</td>", "<td>0.015</td>",
      "4 seeds",
    ] {
      #expect(text.contains(words), "\(words)")
    }
    #expect(!text.contains("://"), "the page needs no network")
  }

  @Test("The line is left of what is supported, and an interval beyond the axis ends in an arrow")
  func plot() throws {
    func middle(_ text: String) throws -> Double {
      let place = try #require(text.firstMatch(of: /rect x="([0-9.]+)"/))
      return try #require(Double(place.1)) + 4
    }
    #expect(try middle(page(gain: 0.7)) > 130)
    #expect(try middle(page(gain: 0)) < 130)
    #expect(page(gain: 9).contains("<path d=\"M 250"))
    #expect(page(gain: -9).contains("<path d=\"M 10"))
    #expect(!page(gain: 0.4).contains("<path d"))
  }
}
