// Written by Scripts/lists.
// swift-format-ignore-file

import Methods

extension MethodRegistry<any TrainingLoss> {
  /// The methods of 'assay train --loss'.
  public static var losses: MethodRegistry {
    MethodRegistry(
      command: "train --loss",
      [
        ActivePassiveLoss.self,
        CompSumLoss.self,
        CrossEntropy.self,
      ])
  }
}
