import Tensors
import Testing

/// Expects equal shapes, then values within `absolute + relative * |expected|`; NaN never passes.
public func expectClose(
  _ actual: Tensor, _ expected: Tensor, absolute: Double, relative: Double = 0,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(actual.shape == expected.shape, sourceLocation: sourceLocation)
  let pairs = zip(actual.elements(as: Double.self), expected.elements(as: Double.self))
  let miss = pairs.enumerated().first { !isClose($1.0, $1.1, absolute, relative) }
    .map { "element \($0.offset): got \($0.element.0), expected \($0.element.1)" }
  #expect(miss == nil, sourceLocation: sourceLocation)
}

private func isClose(
  _ actual: Double, _ expected: Double, _ absolute: Double, _ relative: Double
) -> Bool {
  actual == expected || abs(actual - expected) <= absolute + relative * abs(expected)
}
