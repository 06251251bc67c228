// Written by Scripts/lists.
// swift-format-ignore-file

import Methods

extension MethodRegistry<any Detector> {
  /// The methods of 'assay detect'.
  public static var detectors: MethodRegistry {
    MethodRegistry(
      command: "detect",
      [
        EnergyDetector.self,
        MaximumSoftmax.self,
      ])
  }
}
