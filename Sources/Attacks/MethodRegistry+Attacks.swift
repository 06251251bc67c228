// Written by Scripts/lists.
// swift-format-ignore-file

import Methods

extension MethodRegistry<any Attack> {
  /// The methods of 'assay attack'.
  public static var attacks: MethodRegistry {
    MethodRegistry(
      command: "attack",
      [
        AutoAttack.self,
        AutoPGD.self,
        BasicIterativeMethod.self,
        BoundaryAttack.self,
        CarliniWagner.self,
        DeepFool.self,
        FastAdaptiveBoundary.self,
        FastGradientSign.self,
        HopSkipJump.self,
        MomentumIterativeMethod.self,
        ProjectedGradientAttack.self,
        SimBA.self,
        SquareAttack.self,
      ])
  }
}
