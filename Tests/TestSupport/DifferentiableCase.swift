import Tensors
import Testing

/// A row of a table: a smooth function, and where to compare its slopes with differences.
public struct DifferentiableCase: Sendable, CustomTestStringConvertible {
  private let name: String
  private let shapes: [Shape]
  private let range: ClosedRange<Double>
  private let function: @Sendable ([Tensor]) throws -> Tensor

  /// - Parameter range: of the inputs; a random point of it lies on no kink of the function.
  public init(
    _ name: String, _ shapes: Shape..., in range: ClosedRange<Double> = -2...2,
    _ function: @escaping @Sendable ([Tensor]) throws -> Tensor
  ) {
    self.name = name
    self.shapes = shapes
    self.range = range
    self.function = function
  }

  public var testDescription: String { name }

  /// Expects every partial derivative of a random weighting of the outputs to equal a central
  /// difference, in double precision.
  public func check(sourceLocation: SourceLocation = #_sourceLocation) throws {
    var generator = Generator(seed: 5)
    let inputs = shapes.map {
      Tensor.uniform($0, in: range, dtype: .float64, using: &generator)
    }
    let output = try function(inputs)
    let weights = Tensor.uniform(output.shape, in: 0.5...1.5, dtype: .float64, using: &generator)
    func value(_ inputs: [Tensor]) throws -> Tensor { (try function(inputs) * weights).sum() }
    let (_, gradients) = try valueAndGradients(at: inputs, of: value)
    for (index, gradient) in gradients.enumerated() {
      let differences = try centralDifferences(of: value, at: inputs, in: index)
      expectClose(
        gradient, differences, absolute: 2e-7, relative: 2e-6, sourceLocation: sourceLocation)
    }
  }

  private func centralDifferences(
    of value: ([Tensor]) throws -> Tensor, at inputs: [Tensor], in index: Int
  ) throws -> Tensor {
    let (point, step) = (inputs[index], 1e-5)
    let slopes = try (0..<point.count).map { element in
      let direction = Tensor([element]).oneHot(classes: point.count).cast(to: .float64)
        .reshaped(to: point.shape)
      func moved(_ scale: Double) throws -> Double {
        var inputs = inputs
        inputs[index] = point.adding(direction, scaledBy: scale)
        return try value(inputs).item()
      }
      return (try moved(step) - moved(-step)) / (2 * step)
    }
    return Tensor(slopes, shape: point.shape)
  }
}
