import Certification
import Models
import Networks
import Tensors

/// A random network and a random property whose answer is known exactly.
public struct RandomProblem: VerificationProblem {
  public let layers: PiecewiseLinearNetwork
  public let lower: [Double]
  public let upper: [Double]
  /// The property is broken where all rows of one list hold.
  public let cases: [[PatternEnumeration.Row]]

  /// Draws a network of 2 to 5 inputs and up to `width` neurons in each of up to `depth` layers.
  public init(depth: Int = 3, width: Int = 6, using generator: inout Generator) {
    let inputs = Int.random(in: 2...5, using: &generator)
    layers = Self.network(inputs, depth, width, using: &generator)
    let radius = Double.random(in: 0.05...1.2, using: &generator)
    let center = (0..<inputs).map { _ in Double.random(in: -1...1, using: &generator) }
    // Bounds that single precision holds exactly, so that every point of the box can be evaluated.
    lower = center.map { Double(Float($0 - radius)) }
    upper = center.map { Double(Float($0 + radius)) }
    cases = Self.cases(layers, lower, upper, using: &generator)
  }

  private static func network(
    _ inputs: Int, _ depth: Int, _ width: Int, using generator: inout Generator
  ) -> PiecewiseLinearNetwork {
    var steps: [PiecewiseLinearNetwork.Step] = []
    var widths = [inputs]
    func draw(_ rows: Int, _ columns: Int) -> (weight: [[Float]], bias: [Float]) {
      let scale = 2 / Float(columns).squareRoot()
      return (
        (0..<rows).map { _ in
          (0..<columns).map { _ in Float.random(in: -scale...scale, using: &generator) }
        }, (0..<rows).map { _ in Float.random(in: -0.5...0.5, using: &generator) }
      )
    }
    func add(_ step: PiecewiseLinearNetwork.Step, _ width: Int) {
      steps.append(step)
      widths.append(width)
    }
    func linear(_ x: Int, _ width: Int) {
      let (weight, bias) = draw(width, widths[x])
      add(.linear(x, weight: weight, bias: bias), width)
    }
    for _ in 0..<Int.random(in: 1...depth, using: &generator) {
      let (x, width) = (steps.count, Int.random(in: 2...width, using: &generator))
      linear(x, width)
      switch Int.random(in: 0..<8, using: &generator) {
      case 0: add(.kink(x + 1, below: 0.25, above: 1), width)
      case 1: add(.kink(x + 1, below: -1, above: 1), width)
      case 2:
        linear(x, width)
        add(.maximum(x + 1, x + 2), width)
      case 3:
        add(.kink(x + 1, below: 0, above: 1), width)
        add(.concatenation(x, x + 2), widths[x] + width)
      case 4:
        add(.kink(x + 1, below: 0, above: 1), width)
        linear(x, width)
        add(.sum(x + 2, x + 3), width)
      default: add(.kink(x + 1, below: 0, above: 1), width)
      }
    }
    linear(steps.count, Int.random(in: 1...3, using: &generator))
    return PiecewiseLinearNetwork(inputCount: inputs, steps: steps)
  }

  /// Constants are such that the property is broken nowhere or almost nowhere of some samples.
  private static func cases(
    _ network: PiecewiseLinearNetwork, _ lower: [Double], _ upper: [Double],
    using generator: inout Generator
  ) -> [[PatternEnumeration.Row]] {
    let samples = (0..<200).map { _ in
      zip(lower, upper).map { Double.random(in: $0...$1, using: &generator) }
    }
    let outputs = samples.map(network.output)
    let hasInputRows = Bool.random(using: &generator)
    return (0..<Int.random(in: 1...3, using: &generator)).map { _ in
      let rows = (0..<Int.random(in: 1...2, using: &generator)).map { _ in
        PatternEnumeration.Row(
          inputs: lower.map { _ in
            hasInputRows ? Double.random(in: -0.5...0.5, using: &generator) : 0
          }, outputs: outputs[0].map { _ in Double.random(in: -1...1, using: &generator) },
          constant: 0)
      }
      let largest = zip(samples, outputs).map { x, y in
        rows.map { $0.value(x, y) }.max()!
      }
      let (low, high) = (largest.min()!, largest.max()!)
      let shift = -low + Double.random(in: -0.05...0.5, using: &generator) * (high - low)
      return rows.map {
        PatternEnumeration.Row(
          inputs: $0.inputs, outputs: $0.outputs, constant: $0.constant + shift)
      }
    }
  }

  public var property: VerificationProperty {
    let box = Box(lower: Tensor(lower), upper: Tensor(upper))
    return VerificationProperty(
      cases: cases.map { rows in
        VerificationProperty.Case(
          box: box,
          inputs: Tensor(rows.flatMap(\.inputs), shape: [rows.count, lower.count]),
          outputs: Tensor(
            rows.flatMap(\.outputs), shape: [rows.count, rows[0].outputs.count]),
          constants: Tensor(rows.map(\.constant)))
      })
  }

  public func network() throws -> Network { try layers.network() }

  public func violation(at point: [Double]) -> Double {
    let output = layers.output(at: point)
    return cases.map { rows in rows.map { $0.value(point, output) }.max()! }.min()!
  }

  public var leastViolation: ClosedRange<Double> {
    let exact = cases.map { rows in
      var search = PatternEnumeration(layers, lower: lower, upper: upper, rows: rows)
      return search.leastViolation()
    }.min()!
    return exact...exact
  }
}
