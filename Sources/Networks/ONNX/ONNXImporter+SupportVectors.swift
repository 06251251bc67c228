import Tensors

/// Support vector machines, as compositions of ordinary operations.
extension ONNXImporter {
  static let supportVectorRules: [String: Rule] = [
    "ai.onnx.ml.SVMClassifier": { importer, node throws(NetworkError) in
      try importer.vectorClassifier(node)
    },
    "ai.onnx.ml.SVMRegressor": { importer, node throws(NetworkError) in
      try importer.vectorRegressor(node)
    },
  ]

  private mutating func vectorRegressor(_ node: ONNXFile.Node) throws(NetworkError) -> [Imported] {
    let count = node.integer("n_supports", 0)
    let coefficients = node.reals("coefficients")
    guard let rho = node.reals("rho").first else { throw mismatch(node, "it has no offset 'rho'") }
    let isLinear = count == 0
    let inputs =
      try isLinear ? realOperand(node, 0) : similarities(node, count: count)
    let width = builder.type(of: inputs).shape.last?.size ?? 0
    guard coefficients.count == width, builder.type(of: inputs).shape.count == 2 else {
      throw mismatch(node, "it has \(coefficients.count) coefficients for \(width) numbers")
    }
    let weight = builder.addParameter(
      own(Tensor(coefficients, shape: [1, width])), name: "\(node.name).weight")
    let bias = builder.addParameter(own(Tensor([rho])), name: "\(node.name).bias")
    let sum = try add(.linear, [inputs, weight, bias], node)
    guard node.integer("one_class", 0) != 0 else { return [.value(try transformed(sum, node))] }
    // Whether an example is of the class, as 1 or -1.
    let zero = builder.addConstant(own(Tensor(scalar: 0.0)))
    let one = builder.addConstant(own(Tensor(scalar: 1.0)))
    let minusOne = builder.addConstant(own(Tensor(scalar: -1.0)))
    let isInside = try builder.add(.combine(.greater), [sum, zero])
    return [.value(try builder.add(.choose, [isInside, one, minusOne]))]
  }

  private mutating func vectorClassifier(_ node: ONNXFile.Node) throws(NetworkError) -> [Imported] {
    let numbers = node.integers("classlabels_ints")?.count ?? 0
    let classes = max(numbers, node.attributes["classlabels_strings"]?.texts.count ?? 0)
    guard 2..<(1 << 12) ~= classes else { throw mismatch(node, "it names \(classes) classes") }
    let supports = node.integers("vectors_per_class") ?? []
    guard supports.contains(where: { $0 != 0 }) else {
      guard classes > 2 || !isNeeded(node.outputs.first ?? "") else {
        throw unsupported(node, "Runtimes disagree on its class; use its scores.")
      }
      return try decided(transformed(linearVectorScores(node, classes: classes), node), node)
    }
    guard supports.count == classes, supports.allSatisfy({ 0..<(1 << 24) ~= $0 }) else {
      throw mismatch(node, "it has support vectors of \(supports.count) classes for \(classes)")
    }
    guard node.text("post_transform", "NONE") == "NONE" else {
      throw unsupported(node, "Its transform of scores is not known.")
    }
    let pairs = try pairScores(node, supports: supports)
    let scores: Graph.ValueID
    if !node.reals("prob_a").isEmpty {
      scores = try coupledProbabilities(of: pairs, classes: classes, node)
    } else if classes == 2 {
      let other = try builder.add(.map(.negate), [pairs])
      scores = try builder.add(.concatenate(axis: 1), [other, pairs])
    } else {
      scores = pairs
    }
    guard isNeeded(node.outputs.first ?? "") else { return [.value(scores), .value(scores)] }
    let best = try builder.add(
      .argmax(axis: 1, keepingAxes: false), [votes(on: pairs, classes: classes)])
    return try decided(scores, node, winner: best)
  }

  /// The scores of a machine that keeps a row of coefficients for each class.
  private mutating func linearVectorScores(
    _ node: ONNXFile.Node, classes: Int
  ) throws(NetworkError) -> Graph.ValueID {
    let value = try realOperand(node, 0)
    let shape = builder.type(of: value).shape
    let coefficients = node.reals("coefficients")
    guard shape.count == 2, coefficients.count == classes * shape[1].size,
      let rho = node.reals("rho").first
    else { throw mismatch(node, "it has \(coefficients.count) coefficients") }
    let weight = builder.addParameter(
      own(Tensor(coefficients, shape: [classes, shape[1].size])), name: "\(node.name).weight")
    // All classes have the first offset, whatever the list says.
    let bias = builder.addParameter(
      own(Tensor(Array(repeating: rho, count: classes))), name: "\(node.name).bias")
    return try add(.linear, [value, weight, bias], node)
  }

  /// The kernel between each example and each support vector; shape `[batch, count]`.
  private mutating func similarities(
    _ node: ONNXFile.Node, count: Int
  ) throws(NetworkError) -> Graph.ValueID {
    let value = try realOperand(node, 0)
    let shape = builder.type(of: value).shape
    let vectors = node.reals("support_vectors")
    guard shape.count == 2, 1..<(1 << 24) ~= count, vectors.count == count * shape[1].size else {
      throw mismatch(node, "its \(count) support vectors do not fit its inputs")
    }
    let table = builder.addParameter(
      own(Tensor(vectors, shape: [count, shape[1].size])), name: "\(node.name).vectors")
    let given = node.reals("kernel_params")
    guard given.isEmpty || given.count >= 3 else {
      throw mismatch(node, "its kernel has \(given.count) parameters")
    }
    let (gamma, offset, degree) = given.isEmpty ? (0, 0, 0) : (given[0], given[1], given[2])
    let kernel = node.text("kernel_type", "LINEAR")
    if kernel == "RBF" {
      // The squares of the differences, not what they multiply out to: that loses digits where
      // vectors are long.
      let column = try builder.add(.reshape([.batch, 1, shape[1]]), [value])
      let difference = try builder.add(.combine(.subtract), [column, table])
      let distance = try builder.add(
        .reduce(.sumOfSquares, axes: [2], keepingAxes: false), [difference])
      return try builder.add(.map(.exp), [scaled(distance, by: -gamma)])
    }
    let products = try builder.add(.linear, [value, table])
    if kernel == "LINEAR" { return products }
    let constant = builder.addConstant(own(Tensor(scalar: offset)))
    let sum = try builder.add(.combine(.add), [scaled(products, by: gamma), constant])
    switch kernel {
    case "POLY": return try builder.add(.map(.power(degree)), [sum])
    case "SIGMOID": return try builder.add(.map(.tanh), [sum])
    default: throw unsupported(node, "Its kernel is not known.")
    }
  }

  private mutating func scaled(
    _ value: Graph.ValueID, by factor: Double
  ) throws(NetworkError) -> Graph.ValueID {
    let constant = builder.addConstant(own(Tensor(scalar: factor)))
    return try builder.add(.combine(.multiply), [value, constant])
  }

  /// One score for each two classes, positive where the first of them wins.
  private mutating func pairScores(
    _ node: ONNXFile.Node, supports: [Int]
  ) throws(NetworkError) -> Graph.ValueID {
    let (classes, total) = (supports.count, supports.reduce(0, +))
    let (coefficients, rho) = (node.reals("coefficients"), node.reals("rho"))
    let pairs = classes * (classes - 1) / 2
    guard coefficients.count == (classes - 1) * total, rho.count >= pairs else {
      throw mismatch(node, "it has \(coefficients.count) coefficients and \(rho.count) offsets")
    }
    let kernel = try similarities(node, count: total)
    guard saturatingProduct(pairs, max(total, classes)) <= 1 << 26 else {
      throw unsupported(node, "It is too large.")
    }
    let starts = supports.indices.map { supports[..<$0].reduce(0, +) }
    var weights = Array(repeating: 0.0, count: pairs * total)
    var pair = 0
    for first in 0..<classes {
      for second in (first + 1)..<max(first + 1, classes) {
        // A class's row against itself is left out, so later rows stand one higher.
        for place in starts[first]..<(starts[first] + supports[first]) {
          weights[pair * total + place] = coefficients[(second - 1) * total + place]
        }
        for place in starts[second]..<(starts[second] + supports[second]) {
          weights[pair * total + place] = coefficients[first * total + place]
        }
        pair += 1
      }
    }
    let weight = builder.addParameter(
      own(Tensor(weights, shape: [pairs, total])), name: "\(node.name).weight")
    let bias = builder.addParameter(
      own(Tensor(Array(rho.prefix(pairs)))), name: "\(node.name).bias")
    return try add(.linear, [kernel, weight, bias], node)
  }

  /// How many pairs each class wins; of classes that win as many, the first has the most.
  private mutating func votes(
    on pairs: Graph.ValueID, classes: Int
  ) throws(NetworkError) -> Graph.ValueID {
    let zero = builder.addConstant(own(Tensor(scalar: 0.0)))
    let isFirst = try builder.add(
      .cast(real), [builder.add(.combine(.greater), [pairs, zero])])
    var table: [[Double]] = []
    // A win counts more than all that the order of the classes adds.
    var base = (0..<classes).map { -Double($0) }
    for first in 0..<classes {
      for second in (first + 1)..<max(first + 1, classes) {
        var row = Array(repeating: 0.0, count: classes)
        (row[first], row[second]) = (Double(classes), -Double(classes))
        table.append(row)
        base[second] += Double(classes)
      }
    }
    let matrix = builder.addConstant(
      own(Tensor(table.flatMap { $0 }, shape: [table.count, classes])))
    let sums = try builder.add(.matmul, [isFirst, matrix])
    return try builder.add(.combine(.add), [sums, builder.addConstant(own(Tensor(base)))])
  }
}
