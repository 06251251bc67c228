// Written by Scripts/lists.
// swift-format-ignore-file

import Methods

extension MethodRegistry<any Optimizer> {
  /// The methods of 'assay train --optimizer'.
  public static var optimizers: MethodRegistry {
    MethodRegistry(
      command: "train --optimizer",
      [
        AdaMax.self,
        Adam.self,
        AdamW.self,
        MomentumSGD.self,
      ])
  }
}
