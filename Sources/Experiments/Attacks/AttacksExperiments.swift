// Written by Scripts/lists.
// swift-format-ignore-file

import Evidence

/// The experiments on papers about attacks.
public enum AttacksExperimentList {
  public static var all: [any Experiment] {
    [
      DeepFoolExperiment(),
    ]
  }
}
