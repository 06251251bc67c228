// Written by Scripts/lists.
// swift-format-ignore-file

import Methods

extension MethodRegistry<any Attribution> {
  /// The methods of 'assay explain'.
  public static var attributions: MethodRegistry {
    MethodRegistry(
      command: "explain",
      [
        GradientAttribution.self,
        GradientTimesInput.self,
        IntegratedGradients.self,
        SmoothGrad.self,
      ])
  }
}
