// Written by Scripts/lists.
// swift-format-ignore-file

import Evidence

/// The experiments on papers about explanation.
public enum ExplanationExperimentList {
  public static var all: [any Experiment] {
    [
      SmoothGradExperiment(),
    ]
  }
}
