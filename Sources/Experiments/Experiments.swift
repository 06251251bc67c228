import Evidence

/// Every experiment that there is, one a paper.
public enum Experiments {
  public static var all: [any Experiment] {
    [
      ActivePassiveLossExperiment(),
      AdamExperiment(),
      CompSumLossExperiment(),
      ConsistencyPretrainingExperiment(),
      DeepFoolExperiment(),
      DiffusionShieldExperiment(),
      DualSmoothingExperiment(),
      GramIterationExperiment(),
      GroupDROExperiment(),
      IntervalTrainingExperiment(),
      LiResNetExperiment(),
      LinearRelaxationExperiment(),
      LipSDPGroupSortExperiment(),
      LocalLipschitzExperiment(),
      OrthogonalConvolutionExperiment(),
      PropagationTightnessExperiment(),
      SandwichExperiment(),
      SharpnessAwareExperiment(),
      SmoothGradExperiment(),
      SparsemaxExperiment(),
      WeightNormalizationExperiment(),
    ]
  }

  /// The experiment on `paper`, if there is one.
  public static func experiment(on paper: PaperID) -> (any Experiment)? {
    all.first { $0.paper == paper }
  }

  /// How far `paper` is, given what was recorded of it.
  public static func status(of paper: PaperID, record: EvidenceRecord?) -> PaperStatus {
    let methods = experiment(on: paper).map { type(of: $0).methods } ?? []
    return PaperStatus(methods: methods, record: record)
  }
}
