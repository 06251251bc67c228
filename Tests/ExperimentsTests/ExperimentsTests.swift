import Evidence
import Experiments
import Foundation
import Methods
import TestSupport
import Testing

struct ExperimentsTests {
  private static var papers: [PaperID] { Experiments.all.map(\.paper) }

  @Test("Every paper has one experiment, whose claims have names of their own")
  func registry() {
    #expect(Set(Self.papers).count == Experiments.all.count)
    for experiment in Experiments.all {
      let claims = experiment.claims
      #expect(!claims.isEmpty && Set(claims.map(\.name)).count == claims.count)
      #expect(claims.allSatisfy { $0.sentence.hasSuffix(".") })
      #expect(Experiments.status(of: experiment.paper, record: nil) == .runs)
    }
    #expect(Experiments.status(of: "no-such-paper", record: nil) == .listed)
  }

  @Test("Every experiment runs at small scale", arguments: papers)
  func runs(_ paper: PaperID) throws {
    let experiment = try #require(Experiments.experiment(on: paper))
    let context = ExperimentContext(
      seed: 1, scale: .small, data: EnlargedDigits(), settings: experiment.untunedSettings)
    let measurements = try experiment.run(context)
    #expect(measurements.map(\.claim).sorted() == experiment.claims.map(\.name).sorted())
    #expect(measurements.allSatisfy { !$0.value.isNaN && $0.seed == 1 })
    for claim in experiment.claims {
      let measurement = try #require(measurements.first { $0.claim == claim.name })
      #expect((claim.kind == .identity) == (measurement.trials != nil), "\(claim.name)")
      #expect(claim.criterion.isPaired == (measurement.baseline != nil), "\(claim.name)")
    }
    #expect(try experiment.run(context) == measurements)
    for arm in experiment.tuning?.arms ?? [] {
      #expect(try !experiment.score(arm, context).isNaN, "\(arm)")
    }
  }

  @Test("Every record of the package is of an experiment that there is, claim by claim")
  func records() throws {
    let store = EvidenceStore(path: TestFiles.package.appending(path: "Evidence").path)
    #expect(store.papers.contains("ibp-tightness"))
    for paper in store.papers {
      let experiment = try #require(Experiments.experiment(on: paper))
      let record = try #require(try store.record(of: paper))
      #expect(record.findings.map(\.claim) == experiment.claims)
      #expect(record.seeds == experiment.seeds)
      #expect(record.tuning.map(\.arm) == experiment.tuning?.arms ?? [])
      #expect(Experiments.status(of: paper, record: record) == .tested)
      let file = try Data(contentsOf: URL(fileURLWithPath: store.path(of: paper)))
      #expect(try record.json() == file, "\(paper) is not in the form that is written")
    }
  }
}
