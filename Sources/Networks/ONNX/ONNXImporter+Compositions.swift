import Foundation
import Tensors

/// Functions that are compositions of others.
extension ONNXImporter {
  static let compositionRules: [String: Rule] = [
    "Sinh": { importer, node throws(NetworkError) in
      let x = try importer.operand(node, 0)
      return [
        .value(
          try importer.add(
            .combine(.multiply), [importer.mapped(.tanh, x), importer.hyperbolicCosine(x)], node))
      ]
    },
    "Cosh": { importer, node throws(NetworkError) in
      [.value(try importer.hyperbolicCosine(importer.operand(node, 0)))]
    },
    "Asin": { importer, node throws(NetworkError) in [.value(try importer.arcsine(node))] },
    "Acos": { importer, node throws(NetworkError) in
      let right = importer.number(.pi / 2)
      return [.value(try importer.add(.combine(.subtract), [right, importer.arcsine(node)], node))]
    },
    "Asinh": inverseHyperbolicSine, "Acosh": inverseHyperbolicCosine,
    "Atanh": inverseHyperbolicTangent, "ThresholdedRelu": thresholdedRelu, "Shrink": shrink,
    "Swish": swish, "IsNaN": isNotANumber, "IsInf": isInfinite,
    "LpNormalization": normNormalization, "MeanVarianceNormalization": standardization,
    "LRN": localResponseNormalization, "CastLike": castLike,
  ]

  // MARK: Hyperbolic and inverse functions

  /// `exp(x - log 2) + exp(-x - log 2)`, which is finite as long as the result is; times the
  /// hyperbolic tangent it is the sine, near zero too.
  private mutating func hyperbolicCosine(_ x: Graph.ValueID) throws(NetworkError) -> Graph.ValueID {
    let half = number(M_LN2)
    return try combined(
      .add, mapped(.exp, combined(.subtract, x, half)),
      mapped(.exp, combined(.subtract, mapped(.negate, x), half)))
  }

  /// The logarithm of `root(x) + x`, which is that of `2x` where squares would be infinite.
  private mutating func inverse(
    _ x: Graph.ValueID,
    _ root: (inout ONNXImporter, Graph.ValueID) throws(NetworkError) -> Graph.ValueID
  ) throws(NetworkError) -> Graph.ValueID {
    let limit = number(1e9)
    let isLarge = try combined(.greater, x, limit)
    let small = try combined(.minimum, x, limit)
    let near = try mapped(.log, combined(.add, small, root(&self, small)))
    // A small number in the place of one that has no logarithm, where the other is chosen anyway.
    let far = try combined(.add, mapped(.log, combined(.maximum, x, limit)), number(M_LN2))
    return try builder.add(.choose, [isLarge, far, near])
  }

  /// `atan(x / √(1 - x²))`, which is right at the ends too, where the quotient is infinite.
  private mutating func arcsine(_ node: ONNXFile.Node) throws(NetworkError) -> Graph.ValueID {
    let x = try operand(node, 0)
    // (1 - x)(1 + x) loses nothing near the ends.
    let product = try combined(
      .multiply, combined(.subtract, number(1), x), combined(.add, number(1), x))
    return try mapped(.arctangent, combined(.divide, x, mapped(.squareRoot, product)))
  }

  /// `sign(x) · log(|x| + √(x² + 1))`.
  private static let inverseHyperbolicSine: Rule = { importer, node throws(NetworkError) in
    let x = try importer.operand(node, 0)
    let size = try importer.inverse(importer.mapped(.absolute, x)) {
      importer, x throws(NetworkError) in
      try importer.mapped(
        .squareRoot, importer.combined(.add, importer.mapped(.square, x), importer.number(1)))
    }
    return [.value(try importer.add(.combine(.multiply), [importer.mapped(.sign, x), size], node))]
  }

  private static let inverseHyperbolicCosine: Rule = { importer, node throws(NetworkError) in
    let x = try importer.operand(node, 0)
    return [
      .value(
        try importer.inverse(x) { importer, x throws(NetworkError) in
          let product = try importer.combined(
            .multiply, importer.combined(.subtract, x, importer.number(1)),
            importer.combined(.add, x, importer.number(1)))
          return try importer.mapped(.squareRoot, product)
        })
    ]
  }

  private static let inverseHyperbolicTangent: Rule = { importer, node throws(NetworkError) in
    let x = try importer.operand(node, 0)
    let ratio = try importer.combined(
      .divide, importer.combined(.add, importer.number(1), x),
      importer.combined(.subtract, importer.number(1), x))
    let logarithm = try importer.mapped(.log, ratio)
    return [.value(try importer.add(.combine(.multiply), [logarithm, importer.number(0.5)], node))]
  }

  // MARK: Activations

  private static let thresholdedRelu: Rule = { importer, node throws(NetworkError) in
    let x = try importer.operand(node, 0)
    let isOver = try importer.combined(.greater, x, importer.number(node.real("alpha", 1)))
    return [.value(try importer.add(.choose, [isOver, x, importer.number(0)], node))]
  }

  private static let shrink: Rule = { importer, node throws(NetworkError) in
    let x = try importer.operand(node, 0)
    let (limit, bias) = (node.real("lambd", 0.5), node.real("bias", 0))
    let isLow = try importer.combined(.less, x, importer.number(-limit))
    let isHigh = try importer.combined(.greater, x, importer.number(limit))
    let low = try importer.combined(.add, x, importer.number(bias))
    let high = try importer.combined(.subtract, x, importer.number(bias))
    let rest = try importer.builder.add(.choose, [isHigh, high, importer.number(0)])
    return [.value(try importer.add(.choose, [isLow, low, rest], node))]
  }

  /// `x · sigmoid(alpha · x)`.
  private static let swish: Rule = { importer, node throws(NetworkError) in
    let alpha = node.real("alpha", 1)
    guard alpha != 1 else { return try importer.addUnary(.map(.silu), node) }
    let x = try importer.operand(node, 0)
    let gate = try importer.mapped(
      .sigmoid, importer.combined(.multiply, x, importer.number(alpha)))
    return [.value(try importer.add(.combine(.multiply), [x, gate], node))]
  }

  // MARK: Special numbers

  private static let isNotANumber: Rule = { importer, node throws(NetworkError) in
    let x = try importer.operand(node, 0)
    return [.value(try importer.add(.map(.not), [importer.combined(.equal, x, x)], node))]
  }

  private static let isInfinite: Rule = { importer, node throws(NetworkError) in
    var x = try importer.operand(node, 0)
    switch (node.integer("detect_negative", 1) != 0, node.integer("detect_positive", 1) != 0) {
    case (true, true): x = try importer.mapped(.absolute, x)
    case (true, false): x = try importer.mapped(.negate, x)
    case (false, true): break
    case (false, false): throw importer.unsupported(node, "It looks for nothing.")
    }
    return [.value(try importer.add(.combine(.equal), [x, importer.number(.infinity)], node))]
  }

  private static let castLike: Rule = { importer, node throws(NetworkError) in
    let like = try importer.operand(node, 1)
    let dtype = importer.builder.type(of: like).dtype
    let x = try importer.operand(node, 0)
    return [
      .value(
        importer.builder.type(of: x).dtype == dtype
          ? x : try importer.add(.cast(dtype), [x], node))
    ]
  }

  // MARK: Normalizations

  private static let normNormalization: Rule = { importer, node throws(NetworkError) in
    let x = try importer.operand(node, 0)
    let rank = importer.builder.type(of: x).shape.count
    let axis = try importer.axis(node.integer("axis", -1), rank: rank, node)
    let reduction: Reduction = node.integer("p", 2) == 1 ? .sumOfMagnitudes : .euclideanNorm
    let norm = try importer.builder.add(.reduce(reduction, axes: [axis], keepingAxes: true), [x])
    guard 1...2 ~= node.integer("p", 2) else {
      throw importer.unsupported(node, "It normalizes by another norm than those of 1 and 2.")
    }
    // What is zero stays zero.
    let isZero = try importer.combined(.equal, norm, importer.number(0))
    let divisor = try importer.builder.add(.choose, [isZero, importer.number(1), norm])
    return [.value(try importer.add(.combine(.divide), [x, divisor], node))]
  }

  private static let standardization: Rule = { importer, node throws(NetworkError) in
    let x = try importer.operand(node, 0)
    let rank = importer.builder.type(of: x).shape.count
    var axes: [Int] = []
    for axis in node.integers("axes") ?? [0, 2, 3] {
      axes.append(try importer.axis(axis, rank: rank, node))
    }
    let mean = Operation.reduce(.mean, axes: axes, keepingAxes: true)
    let centered = try importer.combined(.subtract, x, importer.builder.add(mean, [x]))
    let variance = try importer.builder.add(mean, [importer.mapped(.square, centered)])
    let deviation = try importer.combined(
      .add, importer.mapped(.squareRoot, variance), importer.number(1e-9))
    return [.value(try importer.add(.combine(.divide), [centered, deviation], node))]
  }

  /// `x / (bias + alpha · mean of x² over neighboring channels)^beta`; what lies outside is zero.
  private static let localResponseNormalization: Rule = { importer, node throws(NetworkError) in
    let x = try importer.operand(node, 0)
    let shape = importer.builder.type(of: x).shape
    let size = node.integer("size", 0)
    guard shape.count >= 2, 1...(1 << 12) ~= size else {
      throw importer.mismatch(node, "it spans \(size) channels of \(shape)")
    }
    // Channels as the rows of an image of one channel, over which windows of one column slide.
    let pixels = Dimension(shape[2...].reduce(1) { saturatingProduct($0, $1.size) })
    let rows = try importer.builder.add(
      .reshape([shape[0], 1, shape[1], pixels]), [importer.mapped(.square, x)])
    let whole = PaddingWidth(before: 0, after: 0)
    let edge = PaddingWidth(before: (size - 1) / 2, after: size - 1 - (size - 1) / 2)
    let padded = try importer.builder.add(.pad([whole, whole, edge, whole], .constant(0)), [rows])
    let geometry = PoolingGeometry(
      kernel: [size, 1], stride: [1, 1], padding: [0, 0], dilation: [1, 1], roundsUp: false)
    let means = try importer.builder.add(
      .averagePool(geometry, countsPadding: true), [padded])
    let scaled = try importer.combined(
      .multiply, importer.builder.add(.reshape(shape), [means]),
      importer.number(node.real("alpha", 0.0001)))
    let base = try importer.combined(.add, scaled, importer.number(node.real("bias", 1)))
    let divisor = try importer.mapped(.power(node.real("beta", 0.75)), base)
    return [.value(try importer.add(.combine(.divide), [x, divisor], node))]
  }
}
