// Written by Scripts/lists.
// swift-format-ignore-file

import Evidence

/// The experiments on papers about architectures.
public enum ArchitecturesExperimentList {
  public static var all: [any Experiment] {
    [
      SparsemaxExperiment(),
      WeightNormalizationExperiment(),
    ]
  }
}
