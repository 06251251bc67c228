import Tensors

/// From scores of two classes at a time to probabilities of all.
extension ONNXImporter {
  /// How often the classes are gone through. Machines of ten classes stop after four rounds; what does
  /// not change any more stays as it is.
  private static let couplingRounds = 10

  /// The most classes whose rounds are written out.
  private static let mostCoupledClasses = 64

  /// The probabilities that agree best with those of each pair; shape `[batch, classes]`.
  ///
  /// A score of a pair becomes a probability by a logistic curve that was fitted to it. The rounds stop
  /// where ONNX Runtime's stop, which is short of the optimum, and so give its numbers.
  ///
  /// - Source: "Probability Estimates for Multi-class Classification by Pairwise Coupling" (2004),
  ///   algorithm 2.
  mutating func coupledProbabilities(
    of scores: Graph.ValueID, classes: Int, _ node: ONNXFile.Node
  ) throws(NetworkError) -> Graph.ValueID {
    let pairs = classes * (classes - 1) / 2
    let (slopes, offsets) = (node.reals("prob_a"), node.reals("prob_b"))
    guard slopes.count >= pairs, offsets.count >= pairs else {
      throw mismatch(node, "it has \(slopes.count) curves of probability for \(pairs) pairs")
    }
    guard classes <= Self.mostCoupledClasses else {
      throw unsupported(
        node, "It gives probabilities of more than \(Self.mostCoupledClasses) classes.")
    }
    let slope = builder.addConstant(own(Tensor(slopes.prefix(pairs).map { -$0 })))
    let offset = builder.addConstant(own(Tensor(offsets.prefix(pairs).map { -$0 })))
    let curve = try builder.add(
      .combine(.add), [builder.add(.combine(.multiply), [scores, slope]), offset])
    let wins = try builder.add(
      .map(.clip(lower: 1e-7, upper: 1 - 1e-7)), [builder.add(.map(.sigmoid), [curve])])
    let matrix = try couplingMatrix(of: wins, classes: classes)
    return try coupled(matrix, classes: classes, node)
  }

  /// The matrix whose form the probabilities make smallest, and its diagonal.
  private mutating func couplingMatrix(
    of wins: Graph.ValueID, classes: Int
  ) throws(NetworkError) -> (all: Graph.ValueID, diagonal: Graph.ValueID) {
    // In row i and column j stands how likely class i is, if it is i or j.
    let pairs = classes * (classes - 1) / 2
    var spread = Array(repeating: 0.0, count: pairs * classes * classes)
    var base = Array(repeating: 0.0, count: classes * classes)
    var pair = 0
    for first in 0..<classes {
      for second in (first + 1)..<max(first + 1, classes) {
        spread[(pair * classes + first) * classes + second] = 1
        spread[(pair * classes + second) * classes + first] = -1
        base[second * classes + first] = 1
        pair += 1
      }
    }
    let matrix = builder.addConstant(own(Tensor(spread, shape: [pairs, classes * classes])))
    let flat = try builder.add(
      .combine(.add),
      [builder.add(.matmul, [wins, matrix]), builder.addConstant(own(Tensor(base)))])
    let size = Dimension(classes)
    let shares = try builder.add(.reshape([.batch, size, size]), [flat])
    let turned = try builder.add(.transpose([0, 2, 1]), [shares])
    let sums = try builder.add(.reduce(.sumOfSquares, axes: [1], keepingAxes: false), [shares])
    let diagonal = try builder.add(.reshape([.batch, size, 1]), [sums])
    let identity = (0..<(classes * classes)).map { $0 % (classes + 1) == 0 ? 1.0 : 0.0 }
    let unit = builder.addConstant(own(Tensor(identity, shape: [classes, classes])))
    let products = try builder.add(.combine(.multiply), [shares, turned])
    let all = try builder.add(
      .combine(.subtract), [builder.add(.combine(.multiply), [diagonal, unit]), products])
    return (all, diagonal)
  }

  /// Goes through the classes in turn, each time to the best probability of one.
  private mutating func coupled(
    _ matrix: (all: Graph.ValueID, diagonal: Graph.ValueID), classes: Int, _ node: ONNXFile.Node
  ) throws(NetworkError) -> Graph.ValueID {
    func scalar(_ number: Double) -> Graph.ValueID {
      builder.addConstant(own(Tensor(scalar: number)))
    }
    let (one, two, slack) = (scalar(1), scalar(2), scalar(0.005 / Double(classes)))
    let units = (0..<classes).map { place in
      let column = (0..<classes).map { $0 == place ? 1.0 : 0.0 }
      return builder.addConstant(own(Tensor(column, shape: [classes, 1])))
    }
    // Columns, one for each example; at first all classes are as likely.
    let zero = scalar(0)
    var p = try builder.add(
      .combine(.add),
      [
        builder.add(.combine(.multiply), [matrix.diagonal, zero]), scalar(1 / Double(classes)),
      ])
    for _ in 0..<Self.couplingRounds {
      var product = try builder.add(.matmul, [matrix.all, p])
      var form = try builder.add(
        .reduce(.sum, axes: [1], keepingAxes: true),
        [builder.add(.combine(.multiply), [p, product])])
      let error = try builder.add(
        .reduce(.max, axes: [1], keepingAxes: true),
        [builder.add(.map(.absolute), [builder.add(.combine(.subtract), [product, form])])])
      let isOpen = try builder.add(.combine(.greaterOrEqual), [error, slack])
      var next = p
      for place in 0..<classes {
        let at = Operation.slice(axis: 1, start: place, end: place + 1, step: 1)
        let (slope, curve) = (
          try builder.add(at, [product]), try builder.add(at, [matrix.diagonal])
        )
        let step = try builder.add(
          .combine(.divide), [builder.add(.combine(.subtract), [form, slope]), curve])
        let size = try builder.add(.combine(.add), [step, one])
        next = try shrunk(next, by: size, after: step, times: units[place])
        // form + step (step curve + 2 slope), twice over size.
        let bend = try builder.add(.combine(.multiply), [step, curve])
        let lean = try builder.add(.combine(.multiply), [slope, two])
        let change = try builder.add(.combine(.add), [bend, lean])
        form = try shrunk(form, by: size, after: step, times: change)
        form = try builder.add(.combine(.divide), [form, size])
        let column = try builder.add(
          .slice(axis: 2, start: place, end: place + 1, step: 1), [matrix.all])
        product = try shrunk(product, by: size, after: step, times: column)
      }
      p = try builder.add(.choose, [isOpen, next, p])
    }
    return try add(.reshape([.batch, Dimension(classes)]), [p], node)
  }

  /// `(value + step * direction) / size`.
  private mutating func shrunk(
    _ value: Graph.ValueID, by size: Graph.ValueID, after step: Graph.ValueID,
    times direction: Graph.ValueID
  ) throws(NetworkError) -> Graph.ValueID {
    let change = try builder.add(.combine(.multiply), [step, direction])
    let sum = try builder.add(.combine(.add), [value, change])
    return try builder.add(.combine(.divide), [sum, size])
  }
}
