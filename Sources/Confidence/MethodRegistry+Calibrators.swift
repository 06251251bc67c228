// Written by Scripts/lists.
// swift-format-ignore-file

import Methods

extension MethodRegistry<any Calibrator> {
  /// The methods of 'assay calibrate'.
  public static var calibrators: MethodRegistry {
    MethodRegistry(
      command: "calibrate",
      [
        TemperatureScaling.self,
      ])
  }
}
