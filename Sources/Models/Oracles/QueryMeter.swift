import Synchronization
import Tensors

/// A model that counts what it is asked, and refuses what goes beyond a budget.
///
/// It conforms to what its base conforms to, and to no more. A query is one row, whatever is asked
/// of it.
public final class QueryMeter<Base: DecisionOracle>: Sendable {
  private let base: Base
  /// The number of rows that may be asked, or nil for any number.
  public let budget: Int?
  private let asked = Mutex(0)

  public init(_ base: Base, budget: Int? = nil) {
    (self.base, self.budget) = (base, budget)
  }

  /// The number of rows asked so far.
  public var queries: Int { asked.withLock { $0 } }

  /// - Throws: `QueryError.budgetExhausted`, before anything is asked.
  private func count(_ inputs: Tensor) throws(QueryError) {
    let rows = inputs.size(0)
    let isWithin = asked.withLock { count in
      if let budget, count + rows > budget { return false }
      count += rows
      return true
    }
    guard isWithin else {
      throw .budgetExhausted(budget: budget ?? 0, asked: queries, wanted: rows)
    }
  }
}

/// Why a query was not answered.
public enum QueryError: Error, Equatable, CustomStringConvertible {
  case budgetExhausted(budget: Int, asked: Int, wanted: Int)

  public var description: String {
    switch self {
    case .budgetExhausted(let budget, let asked, let wanted):
      "The budget of \(budget) queries does not allow \(wanted) more after \(asked)."
    }
  }
}

extension QueryMeter: DecisionOracle {
  public func labels(of inputs: Tensor) throws -> [Int] {
    try count(inputs)
    return try base.labels(of: inputs)
  }
}

extension QueryMeter: ScoreOracle where Base: ScoreOracle {
  public func logits(of inputs: Tensor) throws -> Tensor {
    try count(inputs)
    return try base.logits(of: inputs)
  }
}

extension QueryMeter: GradientOracle where Base: GradientOracle {
  public func logitsAndGradient(
    at inputs: Tensor, of objective: (Tensor) throws -> Tensor
  ) throws -> (logits: Tensor, gradient: Tensor) {
    try count(inputs)
    return try base.logitsAndGradient(at: inputs, of: objective)
  }
}
