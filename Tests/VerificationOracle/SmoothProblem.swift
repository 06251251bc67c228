import Certification
import Foundation
import Models
import Networks
import Tensors

/// A random network of smooth functions, and a level that its output comes near to.
///
/// What its least output is, nobody knows; what a search finds lies above it.
public struct SmoothProblem: VerificationProblem {
  private struct Layer: Sendable {
    let weight: [[Float]]
    let bias: [Float]
  }

  private enum Function: CaseIterable, Sendable {
    case tanh, sigmoid, softplus, silu

    var operation: ElementwiseFunction {
      switch self {
      case .tanh: .tanh
      case .sigmoid: .sigmoid
      case .softplus: .softplus
      case .silu: .silu
      }
    }

    func value(at x: Double) -> Double {
      switch self {
      case .tanh: Foundation.tanh(x)
      case .sigmoid: 1 / (1 + exp(-x))
      case .softplus: max(x, 0) + log1p(exp(-abs(x)))
      case .silu: x / (1 + exp(-x))
      }
    }
  }

  private let layers: [Layer]
  private let function: Function
  public let lower: [Double]
  public let upper: [Double]
  private var level = 0.0
  private var least = Double.infinity

  /// Draws a network of 2 to 4 inputs, one output and up to `width` neurons in each of 1 or 2 layers.
  public init(width: Int = 5, using generator: inout Generator) {
    var widths = [Int.random(in: 2...4, using: &generator)]
    for _ in 0..<Int.random(in: 1...2, using: &generator) {
      widths.append(Int.random(in: 2...width, using: &generator))
    }
    function = Function.allCases.randomElement(using: &generator)!
    layers = zip(widths, widths.dropFirst() + [1]).map { columns, rows in
      let scale = 3 / Float(columns).squareRoot()
      return Layer(
        weight: (0..<rows).map { _ in
          (0..<columns).map { _ in Float.random(in: -scale...scale, using: &generator) }
        }, bias: (0..<rows).map { _ in Float.random(in: -0.5...0.5, using: &generator) })
    }
    let radius = Double.random(in: 0.05...1, using: &generator)
    let center = (0..<widths[0]).map { _ in Double.random(in: -1...1, using: &generator) }
    lower = center.map { Double(Float($0 - radius)) }
    upper = center.map { Double(Float($0 + radius)) }
    let (low, high) = search(using: &generator)
    least = low
    level = low + Double.random(in: -0.5...0.05, using: &generator) * (high - low)
  }

  /// The least output that is found, by samples and then by ever smaller steps from the least of them,
  /// and the largest sample.
  private func search(using generator: inout Generator) -> (least: Double, most: Double) {
    func moved(_ x: [Double], by share: Double) -> [Double] {
      zip(x, zip(lower, upper)).map { x, ends in
        let step = Double.random(in: -1...1, using: &generator) * share * (ends.1 - ends.0)
        return min(max(x + step, ends.0), ends.1)
      }
    }
    var best = zip(lower, upper).map { ($0 + $1) / 2 }
    var (least, most) = (output(at: best), output(at: best))
    for trial in 0..<1200 {
      let x = moved(best, by: trial < 400 ? 1 : pow(0.99, Double(trial - 400)))
      let value = output(at: x)
      if value < least { (best, least) = (x, value) }
      most = max(most, value)
    }
    return (least, most)
  }

  private func output(at point: [Double]) -> Double {
    var x = point
    for (index, layer) in layers.enumerated() {
      x = zip(layer.weight, layer.bias).map { row, bias in
        zip(row, x).reduce(Double(bias)) { $0 + Double($1.0) * $1.1 }
      }
      if index < layers.count - 1 { x = x.map(function.value) }
    }
    return x[0]
  }

  public func network() throws -> Network {
    var builder = GraphBuilder()
    var value = builder.addInput(ValueType([.batch, Dimension(lower.count)]))
    for (index, layer) in layers.enumerated() {
      let weight = builder.addParameter(
        Tensor(layer.weight.flatMap { $0 }, shape: [layer.weight.count, layer.weight[0].count]),
        name: "w\(index)")
      let bias = builder.addParameter(Tensor(layer.bias), name: "b\(index)")
      value = try builder.add(.linear, [value, weight, bias])
      if index < layers.count - 1 {
        value = try builder.add(.map(function.operation), [value])
      }
    }
    return builder.network(output: value)
  }

  public var property: VerificationProperty {
    VerificationProperty(cases: [
      .init(
        box: Box(lower: Tensor(lower), upper: Tensor(upper)),
        outputs: .ones([1, 1], dtype: .float64), constants: Tensor([-level]))
    ])
  }

  public func violation(at point: [Double]) -> Double { output(at: point) - level }

  public var leastViolation: ClosedRange<Double> { -.infinity...(least - level) }
}
