/// Why training did not end well.
public enum TrainingError: Error, Equatable, CustomStringConvertible {
  case diverged(epoch: Int)
  case foreignCheckpoint(path: String)
  case badRecipe(reason: String)

  public var description: String {
    switch self {
    case .diverged(let epoch):
      "The loss is no number any more in epoch \(epoch). "
        + "Try a smaller learning rate or a gradient limit."
    case .foreignCheckpoint(let path):
      "\(path) is a checkpoint of another network or recipe. Remove it, or choose another path."
    case .badRecipe(let reason): "This recipe cannot be followed: \(reason)."
    }
  }
}
