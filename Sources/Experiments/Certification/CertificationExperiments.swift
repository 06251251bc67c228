// Written by Scripts/lists.
// swift-format-ignore-file

import Evidence

/// The experiments on papers about certification.
public enum CertificationExperimentList {
  public static var all: [any Experiment] {
    [
      ConsistencyPretrainingExperiment(),
      DiffusionShieldExperiment(),
      DualSmoothingExperiment(),
      GramIterationExperiment(),
      IntervalTrainingExperiment(),
      LiResNetExperiment(),
      LinearRelaxationExperiment(),
      LipSDPGroupSortExperiment(),
      LocalLipschitzExperiment(),
      OrthogonalConvolutionExperiment(),
      PropagationTightnessExperiment(),
      SandwichExperiment(),
    ]
  }
}
