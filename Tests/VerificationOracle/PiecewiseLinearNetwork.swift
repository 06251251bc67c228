import Networks
import Tensors

/// A small network of linear maps and functions with one kink, as a list of values.
public struct PiecewiseLinearNetwork: Sendable {
  /// How a value is made of earlier ones, which are named by their place; the input is value 0.
  public enum Step: Sendable {
    /// Rows of weights, and a bias for each.
    case linear(Int, weight: [[Float]], bias: [Float])
    /// `below · z` where `z` is negative, and `above · z` elsewhere, for each element.
    case kink(Int, below: Double, above: Double)
    case sum(Int, Int)
    case difference(Int, Int)
    case concatenation(Int, Int)
    /// The larger of each pair of elements.
    case maximum(Int, Int)
  }

  public let inputCount: Int
  public let steps: [Step]

  public init(inputCount: Int, steps: [Step]) {
    (self.inputCount, self.steps) = (inputCount, steps)
  }

  /// The same as a graph.
  public func network() throws -> Network {
    var builder = GraphBuilder()
    var values = [builder.addInput(ValueType([.batch, Dimension(inputCount)]))]
    for (index, step) in steps.enumerated() {
      values.append(try Self.append(step, to: &builder, values, index))
    }
    return builder.network(output: values[values.count - 1])
  }

  private static func append(
    _ step: Step, to builder: inout GraphBuilder, _ values: [Graph.ValueID], _ index: Int
  ) throws -> Graph.ValueID {
    switch step {
    case .linear(let x, let weight, let bias):
      let w = builder.addParameter(
        Tensor(weight.flatMap { $0 }, shape: [weight.count, weight[0].count]), name: "w\(index)")
      let b = builder.addParameter(Tensor(bias), name: "b\(index)")
      return try builder.add(.linear, [values[x], w, b])
    case .kink(let x, let below, let above):
      precondition(above == 1, "a kink with another slope above 0")
      let function: ElementwiseFunction =
        below == 0 ? .relu : below == -1 ? .absolute : .leakyRelu(slope: below)
      return try builder.add(.map(function), [values[x]])
    case .sum(let a, let b): return try builder.add(.combine(.add), [values[a], values[b]])
    case .difference(let a, let b):
      return try builder.add(.combine(.subtract), [values[a], values[b]])
    case .concatenation(let a, let b):
      return try builder.add(.concatenate(axis: 1), [values[a], values[b]])
    case .maximum(let a, let b):
      return try builder.add(.combine(.maximum), [values[a], values[b]])
    }
  }

  /// The output at a point, in double precision.
  public func output(at point: [Double]) -> [Double] {
    var values = [point]
    for step in steps {
      func pairs(_ a: Int, _ b: Int, _ f: (Double, Double) -> Double) -> [Double] {
        zip(values[a], values[b]).map(f)
      }
      switch step {
      case .linear(let x, let weight, let bias):
        values.append(
          zip(weight, bias).map { row, bias in
            zip(row, values[x]).reduce(Double(bias)) { $0 + Double($1.0) * $1.1 }
          })
      case .kink(let x, let below, let above):
        values.append(values[x].map { $0 < 0 ? below * $0 : above * $0 })
      case .sum(let a, let b): values.append(pairs(a, b, +))
      case .difference(let a, let b): values.append(pairs(a, b, -))
      case .concatenation(let a, let b): values.append(values[a] + values[b])
      case .maximum(let a, let b): values.append(pairs(a, b, max))
      }
    }
    return values[values.count - 1]
  }
}
