import Arguments
import Methods
import Training

/// The optimizer and the loss that a command line names, each with its settings.
///
/// Their settings carry their prefix: `--set optimizer.momentum=0.8 --set loss.tau=1.5`.
enum TrainingChoices {
  /// The optimizer of this name, or nil if neither a name nor a setting is given; settings without
  /// a name change what was chosen before.
  ///
  /// - Throws: `ValidationError`.
  static func optimizer(
    _ name: String?, _ settings: [String], before: MethodChoice
  ) throws -> TrainingRecipe.OptimizerChoice? {
    guard name != nil || !settings.isEmpty else { return nil }
    let optimizer = try named {
      () throws(MethodError) in
      try MethodRegistry.optimizers.make(
        name ?? before.name, settings: (name == nil ? before.assignments : []) + settings)
    }
    return TrainingRecipe.OptimizerChoice(optimizer)
  }

  /// The loss of this name, or nil if neither a name nor a setting is given; settings without a name
  /// change what was chosen before.
  ///
  /// - Throws: `ValidationError`.
  static func loss(
    _ name: String?, _ settings: [String], before: MethodChoice
  ) throws -> (any TrainingLoss)? {
    guard name != nil || !settings.isEmpty else { return nil }
    return try named {
      () throws(MethodError) in
      try MethodRegistry.losses.make(
        name ?? before.name, settings: (name == nil ? before.assignments : []) + settings)
    }
  }

  /// Settings by prefix, which they lose; those without one are under the empty word.
  static func byPrefix(_ settings: [String]) -> [String: [String]] {
    settings.reduce(into: [:]) { parts, setting in
      let prefix = ["optimizer", "loss"].first { setting.hasPrefix($0 + ".") } ?? ""
      let rest = prefix.isEmpty ? setting : String(setting.dropFirst(prefix.count + 1))
      parts[prefix, default: []].append(rest)
    }
  }

  private static func named<Value>(_ make: () throws(MethodError) -> Value) throws -> Value {
    do {
      return try make()
    } catch {
      throw ValidationError("\(error)")
    }
  }
}
