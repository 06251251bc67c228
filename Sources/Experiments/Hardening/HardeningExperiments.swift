// Written by Scripts/lists.
// swift-format-ignore-file

import Evidence

/// The experiments on papers about hardening.
public enum HardeningExperimentList {
  public static var all: [any Experiment] {
    [
      GroupDROExperiment(),
    ]
  }
}
