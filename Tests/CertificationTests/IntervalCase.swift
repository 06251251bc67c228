import Models
import Networks
import Tensors
import Testing

/// A graph of one operation or a few, to be bounded over boxes.
struct IntervalCase: Sendable, CustomTestStringConvertible {
  let name: String
  let network: Network
  /// Where the centers of boxes are drawn from.
  let range: ClosedRange<Double>

  var testDescription: String { name }

  init(
    _ name: String, shape: Shape = [6], in range: ClosedRange<Double> = -3...3,
    _ build: (inout GraphBuilder, Graph.ValueID) throws -> Graph.ValueID
  ) {
    var builder = GraphBuilder()
    let input = builder.addInput(ValueType([.batch] + shape.map { Dimension($0) }))
    (self.name, self.range) = (name, range)
    do {
      let output = try build(&builder, input)
      network = builder.network(output: output)
    } catch {
      fatalError("\(name): \(error)")
    }
  }

  /// A random matrix, image kernel or vector that is the same in every run.
  static func fixed(_ shape: Shape, in range: ClosedRange<Double> = -1...1) -> Tensor {
    var generator = Generator(seed: UInt64(shape.reduce(7) { $0 * 31 + $1 }))
    return .uniform(shape, in: range, using: &generator)
  }
}

extension IntervalCase {
  static let functions: [IntervalCase] =
    [
      ElementwiseFunction.negate, .absolute, .sign, .exp, .square, .sine, .cosine, .arctangent,
      .floor,
      .ceiling, .round, .relu, .leakyRelu(slope: 0.1), .leakyRelu(slope: -0.5), .elu(alpha: 1.5),
      .elu(alpha: -0.5), .selu(alpha: 1.67, gamma: 1.05), .celu(alpha: 0.7), .sigmoid, .tanh,
      .softplus, .softsign,
      .silu, .mish, .errorFunction, .gelu(approximate: false), .gelu(approximate: true),
      .hardSigmoid(alpha: 0.2, beta: 0.5), .hardSigmoid(alpha: -0.3, beta: 0.4), .hardSwish,
      .clip(lower: -1, upper: 0.5), .clip(lower: nil, upper: nil), .clip(lower: 0, upper: nil),
      .power(2), .power(3),
    ].map { function in IntervalCase("\(function)") { try $0.add(.map(function), [$1]) } }
    + [
      ElementwiseFunction.reciprocal, .log, .squareRoot, .tangent, .power(0.5), .power(-1),
      .power(-2),
    ].map {
      function in
      IntervalCase("\(function)", in: 0.5...1.1) { try $0.add(.map(function), [$1]) }
    }

  static let combinations: [IntervalCase] = BinaryFunction.allCases.filter { !$0.isPredicate }
    .flatMap { function -> [IntervalCase] in
      let needsPositive: [BinaryFunction] = [.power, .divide, .remainder, .truncatedRemainder]
      let range = needsPositive.contains(function) ? 0.6...2.0 : -2.0...2.0
      return [
        IntervalCase("\(function) of a constant", in: range) { builder, x in
          let constant = builder.addConstant(fixed([6], in: 0.5...2))
          return try builder.add(.combine(function), [x, constant])
        },
        IntervalCase("\(function), both vary", in: range) { builder, x in
          let other = try builder.add(.reverse(axis: 1), [x])
          return try builder.add(.combine(function), [x, other])
        },
      ]
    }

  static let predicates: [IntervalCase] = BinaryFunction.allCases.filter(\.isPredicate).map {
    function in
    IntervalCase("\(function), choosing") { builder, x in
      var sides = [x, try builder.add(.reverse(axis: 1), [x])]
      if [.and, .or, .exclusiveOr].contains(function) {
        let zero = builder.addConstant(Tensor(scalar: Float(0)))
        sides = try sides.map { try builder.add(.combine(.less), [$0, zero]) }
      }
      let condition = try builder.add(.combine(function), sides)
      let negated = try builder.add(.map(.not), [condition])
      let square = try builder.add(.map(.square), [x])
      return try builder.add(.choose, [negated, x, square])
    }
  }

  static let reductions: [IntervalCase] = Reduction.allCases.flatMap { reduction in
    [true, false].map { keeps in
      IntervalCase("\(reduction), \(keeps)", shape: [3, 4], in: 0.3...2) {
        try $0.add(.reduce(reduction, axes: keeps ? [2] : [1, 2], keepingAxes: keeps), [$1])
      }
    }
  }
}
