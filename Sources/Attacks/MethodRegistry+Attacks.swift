// Written by Scripts/lists.
// swift-format-ignore-file

import Methods

extension MethodRegistry<any Attack> {
  /// The methods of 'assay attack'.
  public static var attacks: MethodRegistry {
    MethodRegistry(
      command: "attack",
      [
        BasicIterativeMethod.self,
        DeepFool.self,
        FastGradientSign.self,
        ProjectedGradientAttack.self,
        SquareAttack.self,
      ])
  }
}
