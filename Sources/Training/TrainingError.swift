/// Why training did not end well.
public enum TrainingError: Error, Equatable, CustomStringConvertible {
  case diverged(epoch: Int)
  /// A checkpoint of a run that differs in `part`, which is for people to read.
  case foreignCheckpoint(path: String, part: String)
  case brokenCheckpoint(path: String)
  case badRecipe(reason: String)

  public var description: String {
    switch self {
    case .diverged(let epoch):
      "The loss is no number any more in epoch \(epoch). "
        + "Try a smaller learning rate or a gradient limit."
    case .foreignCheckpoint(let path, let part):
      "\(path) is a checkpoint of a training with another \(part). "
        + "Choose another path, or remove it."
    case .brokenCheckpoint(let path):
      "\(path) is no checkpoint, or a broken one. Choose another path, or remove it."
    case .badRecipe(let reason): "This recipe cannot be followed: \(reason)."
    }
  }
}
