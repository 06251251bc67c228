import ArchitecturesExperiments
import AttacksExperiments
import CertificationExperiments
import Evidence
import ExplanationExperiments
import HardeningExperiments
import Methods
import TrainingExperiments

/// Every experiment that there is, one a paper.
public enum Experiments {
  public static var all: [any Experiment] {
    [
      ArchitecturesExperimentList.all, AttacksExperimentList.all, CertificationExperimentList.all,
      ExplanationExperimentList.all, HardeningExperimentList.all, TrainingExperimentList.all,
    ].flatMap(\.self).sorted { $0.paper.slug < $1.paper.slug }
  }

  /// The experiment on `paper`, if there is one.
  public static func experiment(on paper: PaperID) -> (any Experiment)? {
    all.first { $0.paper == paper }
  }

  /// Whether the experiment of `record` or a method of it changed in `sources` since; no record is
  /// stale where there are none.
  public static func isStale(_ record: EvidenceRecord, in sources: ExperimentSources?) -> Bool {
    guard let sources, let experiment = experiment(on: record.paper) else { return false }
    return record.isStale(sources, experiment)
  }

  /// How far `paper` is, given what was recorded of it.
  public static func status(of paper: PaperID, record: EvidenceRecord?) -> PaperStatus {
    let methods = experiment(on: paper).map { type(of: $0).methods } ?? []
    return PaperStatus(methods: methods, record: record)
  }
}
