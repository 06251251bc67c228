import Tensors
import Testing

/// A row of a table: something that is computed, and what it has to be.
public struct ValueCase: Sendable, CustomTestStringConvertible {
  private let name: String
  private let expected: [Double]
  private let shape: Shape
  private let compute: @Sendable () throws -> Tensor

  /// - Parameter shape: of the result; a vector if it is left out.
  public init(
    _ name: String, _ expected: [Double], shape: Shape? = nil,
    _ compute: @escaping @Sendable () throws -> Tensor
  ) {
    self.name = name
    self.expected = expected
    self.shape = shape ?? [expected.count]
    self.compute = compute
  }

  public var testDescription: String { name }

  /// Expects the values to agree within `absolute` plus as much relative to each; NaN never passes.
  public func check(
    absolute: Double = 1e-6, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    expectClose(
      try compute(), Tensor(expected, shape: shape), absolute: absolute, relative: absolute,
      sourceLocation: sourceLocation)
  }
}
