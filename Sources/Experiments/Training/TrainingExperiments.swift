// Written by Scripts/lists.
// swift-format-ignore-file

import Evidence

/// The experiments on papers about training.
public enum TrainingExperimentList {
  public static var all: [any Experiment] {
    [
      ActivePassiveLossExperiment(),
      AdamExperiment(),
      CompSumLossExperiment(),
      SharpnessAwareExperiment(),
    ]
  }
}
