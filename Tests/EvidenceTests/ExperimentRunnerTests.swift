import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Evidence

struct ExperimentRunnerTests {
  private let home = FileManager.default.temporaryDirectory
    .appending(path: UUID().uuidString).path(percentEncoded: false)

  private func runner(jobs: Int = 1, version: String = "1") -> ExperimentRunner {
    ExperimentRunner(
      home: home, versions: SoftwareVersions(assay: version), jobs: jobs, threads: jobs)
  }

  private func removeHome() { try? FileManager.default.removeItem(atPath: home) }

  private func files() -> [String] {
    let folder = home + "/counting-full"
    return ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
  }

  @Test("Seeds side by side measure what they measure one by one")
  func parallel() async throws {
    defer { removeHome() }
    let experiment = CountingExperiment()
    let one = try await runner().run(experiment)
    runner().discardCheckpoints(of: experiment)
    let three = try await runner(jobs: 3).run(experiment)
    #expect(experiment.ran.count == 8)
    #expect(one.measurements == three.measurements)
    #expect(one.findings == three.findings)
    #expect(one.seeds == [3, 1, 4, 15])
    #expect(one.measurements.map(\.seed) == [3, 3, 1, 1, 4, 4, 15, 15])
    #expect(one.flops == 4)
  }

  @Test("A run that failed goes on where it was")
  func resume() async throws {
    defer { removeHome() }
    await #expect(throws: CountingExperiment.Failure.self) {
      _ = try await runner().run(CountingExperiment(failingAt: 4))
    }
    #expect(files() == ["seed-1.json", "seed-3.json"])
    let second = CountingExperiment()
    let resumed = try await runner().run(second)
    #expect(second.ran == [4, 15])
    runner().discardCheckpoints(of: second)
    #expect(files().isEmpty)
    let whole = try await runner().run(CountingExperiment())
    #expect(whole.measurements == resumed.measurements)
  }

  @Test("A damaged checkpoint is named, and one of another plan is not used")
  func badCheckpoints() async throws {
    defer { removeHome() }
    _ = try await runner().run(CountingExperiment())
    let foreign = EvidenceError.foreignCheckpoint(path: home + "/counting-full")
    await #expect(throws: foreign) {
      _ = try await runner(version: "2").run(CountingExperiment())
    }
    await #expect(throws: foreign) {
      _ = try await runner().run(CountingExperiment(margin: 1))
    }
    let file = home + "/counting-full/seed-4.json"
    let text = try String(contentsOfFile: file, encoding: .utf8)
    for (broken, reason) in [
      (String(text.prefix(100)), "it is not JSON"), ("", "it is not JSON"), ("[]", "wrong kind"),
      (text.replacing("\"claim\" : \"sum\"", with: "\"claim\" : \"other\""), "one measurement"),
    ] {
      try Data(broken.utf8).write(to: URL(fileURLWithPath: file))
      let error = await #expect(throws: EvidenceError.self) {
        _ = try await runner().run(CountingExperiment())
      }
      let line = try #require(error).description
      #expect(line.contains(file) && line.contains(reason) && !line.contains("\n"), "\(line)")
    }
  }

  @Test("Arms are tuned on seeds of their own, once, and then run with what is best for each")
  func tuning() async throws {
    defer { removeHome() }
    let tuning = Tuning("rate", grid: [1, 2, 3], arms: ["large", "small"])
    let experiment = CountingExperiment(tuning: tuning)
    let record = try await runner().run(experiment)
    #expect(experiment.ran.filter { 100...104 ~= $0 }.count == 30)
    #expect(record.tuning.map(\.chosen) == [3, 1] && record.tuning.allSatisfy(\.isAtEdge))
    #expect(record.tuning[0].scores == [1, 2, 3])
    #expect(record.measurements[1].details == ["large": 3, "small": 1])
    _ = try await runner().run(experiment)
    #expect(experiment.ran.count == 34, "nothing runs twice")
    let small = CountingExperiment(tuning: tuning)
    var quick = runner()
    quick.scale = .small
    let untuned = try await quick.run(small)
    #expect(untuned.tuning.isEmpty && small.ran == [3, 1, 4, 15])
    #expect(untuned.measurements[1].details == ["large": 2, "small": 2])
    quick.discardCheckpoints(of: small)
  }

  @Test("Other sources measure anew, and the record says which ran and what was loaded")
  func sources() async throws {
    defer { removeHome() }
    let file = home + "/Sources/Room/CountingExperiment.swift"
    try FileManager.default.createDirectory(
      atPath: home + "/Sources/Room", withIntermediateDirectories: true)
    func run(_ text: String, _ experiment: CountingExperiment) async throws -> EvidenceRecord {
      try Data(text.utf8).write(to: URL(fileURLWithPath: file))
      var runner = runner()
      (runner.sources, runner.commit) = (ExperimentSources(root: home), "abc")
      return try await runner.run(experiment)
    }
    let experiment = CountingExperiment()
    let first = try await run("let a = 1", experiment)
    _ = try await run("let a = 1", experiment)
    #expect(experiment.ran.count == 4)
    let second = try await run("let a = 2", experiment)
    #expect(experiment.ran.count == 8)
    #expect(first.provenance.sources != second.provenance.sources)
    #expect(first.provenance.commit == "abc" && first.provenance.data.isEmpty)
  }

  @Test("A cancelled run stops and keeps what is finished")
  func cancellation() async throws {
    defer { removeHome() }
    let runner = runner()
    let experiment = CountingExperiment()
    let task = Task {
      try await runner.run(experiment) { progress in
        if progress.finished == 2 { withUnsafeCurrentTask { $0?.cancel() } }
      }
    }
    await #expect(throws: CancellationError.self) { _ = try await task.value }
    #expect(files().count == 2)
  }

  @Test("Progress only grows and ends at all")
  func progress() async throws {
    defer { removeHome() }
    let shares = Mutex<[Double]>([])
    _ = try await runner().run(CountingExperiment()) { progress in
      shares.withLock { $0.append(progress.share) }
    }
    let seen = shares.withLock { $0 }
    #expect(seen == seen.sorted())
    #expect(seen.last == 1)
  }

  @Test("Seeds that are none or repeat are refused", arguments: [[], [1, 1]] as [[UInt64]])
  func seeds(_ seeds: [UInt64]) async throws {
    await #expect(throws: EvidenceError.noSeeds) {
      _ = try await runner().run(CountingExperiment(), seeds: seeds)
    }
  }
}

struct MeasurementMisfitTests {
  private let claims = EvidenceRecord.sampleClaims

  @Test("One measurement of each claim, with the seed and the baseline, is what is asked for")
  func misfits() {
    let better = Measurement("better", seed: 1, baseline: 0, value: 1)
    let sound = Measurement("sound", seed: 1, value: 0, trials: 5)
    #expect([better, sound].misfit(to: claims, seed: 1) == nil)
    #expect([better].misfit(to: claims, seed: 1) != nil)
    #expect([better, sound, sound].misfit(to: claims, seed: 1) != nil)
    #expect([better, sound].misfit(to: claims, seed: 2) != nil)
    let alone = Measurement("better", seed: 1, value: 1)
    #expect([alone, sound].misfit(to: claims, seed: 1)?.contains("baseline") == true)
    let uncounted = Measurement("sound", seed: 1, value: 0)
    #expect([better, uncounted].misfit(to: claims, seed: 1)?.contains("how many trials") == true)
  }
}
