// Written by Scripts/lists.
// swift-format-ignore-file

import Methods

extension MethodRegistry<any HardeningMethod> {
  /// The methods of 'assay harden'.
  public static var hardeningMethods: MethodRegistry {
    MethodRegistry(
      command: "harden",
      [
        AdversarialTraining.self,
        GroupDRO.self,
        SmoothAdversarialTraining.self,
        TRADES.self,
      ])
  }
}
