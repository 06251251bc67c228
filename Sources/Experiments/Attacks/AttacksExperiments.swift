// Written by Scripts/lists.

import Evidence

/// The experiments on papers about attacks.
public enum AttacksExperimentList {
  public static var all: [any Experiment] {
    [
      DeepFoolExperiment()
    ]
  }
}
