import Tensors

/// A view of a model that hides everything but its decisions.
public struct DecisionOnly<Base: DecisionOracle>: DecisionOracle {
  private let base: Base

  public init(_ base: Base) {
    self.base = base
  }

  public func labels(of inputs: Tensor) throws -> [Int] { try base.labels(of: inputs) }
}

/// A view of a model that hides everything but its scores and decisions.
public struct ScoreOnly<Base: ScoreOracle>: ScoreOracle {
  private let base: Base

  public init(_ base: Base) {
    self.base = base
  }

  public func logits(of inputs: Tensor) throws -> Tensor { try base.logits(of: inputs) }
}
