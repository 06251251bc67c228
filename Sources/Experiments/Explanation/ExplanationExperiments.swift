// Written by Scripts/lists.

import Evidence

/// The experiments on papers about explanation.
public enum ExplanationExperimentList {
  public static var all: [any Experiment] {
    [
      SmoothGradExperiment()
    ]
  }
}
