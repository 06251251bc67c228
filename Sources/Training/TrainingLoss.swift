import Methods
import Models

/// A loss that training can be asked for by name.
public protocol TrainingLoss: ScoreLoss, Method {}

extension TrainingLoss {
  public static var access: ModelAccess { .scores }
}
