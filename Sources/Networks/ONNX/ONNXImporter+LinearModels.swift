import Tensors

/// What scikit-learn's exporters write in the domain `ai.onnx.ml`, but trees: preprocessing and
/// linear models, as compositions of ordinary operations.
extension ONNXImporter {
  static let tableRules: [String: Rule] = [
    "ai.onnx.ml.Scaler": scaler, "ai.onnx.ml.Normalizer": normalizer,
    "ai.onnx.ml.Binarizer": binarizer, "ai.onnx.ml.Imputer": imputer,
    "ai.onnx.ml.ArrayFeatureExtractor": featureExtractor,
    "ai.onnx.ml.LinearClassifier": linearClassifier, "ai.onnx.ml.LinearRegressor": linearRegressor,
  ]
  .merging(distanceRules) { first, _ in first }
  .merging(encoderRules) { first, _ in first }
  .merging(supportVectorRules) { first, _ in first }

  /// The operand as real numbers: these operators take whole ones too.
  mutating func realOperand(_ node: ONNXFile.Node, _ index: Int) throws(NetworkError)
    -> Graph.ValueID
  {
    let value = try operand(node, index)
    return builder.type(of: value).dtype == real ? value : try builder.add(.cast(real), [value])
  }

  private mutating func row(_ numbers: [Double]) -> Graph.ValueID {
    builder.addConstant(own(Tensor(numbers)))
  }

  /// `(x - offset) * scale`, by feature.
  private static let scaler: Rule = { importer, node throws(NetworkError) in
    var value = try importer.realOperand(node, 0)
    if let offset = node.attributes["offset"]?.reals, !offset.isEmpty {
      value = try importer.builder.add(.combine(.subtract), [value, importer.row(offset)])
    }
    let scale = node.attributes["scale"]?.reals ?? [1]
    return [.value(try importer.add(.combine(.multiply), [value, importer.row(scale)], node))]
  }

  private static let normalizer: Rule = { importer, node throws(NetworkError) in
    let value = try importer.realOperand(node, 0)
    let reduction: Reduction
    switch node.text("norm", "MAX") {
    case "L1": reduction = .sumOfMagnitudes
    case "L2": reduction = .euclideanNorm
    case "MAX": reduction = .max
    default: throw importer.unsupported(node, "Its norm is not known.")
    }
    let axis = importer.builder.type(of: value).shape.count - 1
    let size = try importer.builder.add(
      .reduce(reduction, axes: [axis], keepingAxes: true), [value])
    // A row of zeros stays as it is.
    let one = importer.builder.addConstant(importer.own(Tensor(scalar: 1.0)))
    let zero = importer.builder.addConstant(importer.own(Tensor(scalar: 0.0)))
    let isZero = try importer.builder.add(.combine(.equal), [size, zero])
    let divisor = try importer.builder.add(.choose, [isZero, one, size])
    return [.value(try importer.add(.combine(.divide), [value, divisor], node))]
  }

  private static let binarizer: Rule = { importer, node throws(NetworkError) in
    let threshold = importer.builder.addConstant(
      importer.own(Tensor(scalar: node.real("threshold", 0))))
    let isAbove = try importer.builder.add(
      .combine(.greater), [importer.realOperand(node, 0), threshold])
    return [.value(try importer.add(.cast(importer.real), [isAbove], node))]
  }

  /// Fills in what is missing: a value that is replaced, by feature or for all.
  private static let imputer: Rule = { importer, node throws(NetworkError) in
    guard let filling = node.attributes["imputed_value_floats"]?.reals, !filling.isEmpty else {
      throw importer.unsupported(node, "It fills in integers.")
    }
    let value = try importer.realOperand(node, 0)
    let missing = node.real("replaced_value_float", 0)
    // A number that is not itself is NaN.
    let isMissing: Graph.ValueID
    if missing.isNaN {
      let isNumber = try importer.builder.add(.combine(.equal), [value, value])
      isMissing = try importer.builder.add(.map(.not), [isNumber])
    } else {
      let mark = importer.builder.addConstant(importer.own(Tensor(scalar: missing)))
      isMissing = try importer.builder.add(.combine(.equal), [value, mark])
    }
    return [.value(try importer.add(.choose, [isMissing, importer.row(filling), value], node))]
  }

  private static let featureExtractor: Rule = { importer, node throws(NetworkError) in
    let rank = try importer.shape(node, 0).count
    guard rank > 0 else { throw importer.mismatch(node, "it takes rows of features") }
    if importer.known(node, 1) == nil { return try importer.lookedUp(node, rank: rank) }
    let indices = Tensor(try importer.integers(node, 1))
    let size = try importer.shape(node, 0)[rank - 1].size
    guard indices.integers.allSatisfy({ 0..<size ~= $0 }), indices.count > 0 else {
      throw importer.mismatch(node, "an index lies outside 0..<\(size)")
    }
    let operands = [try importer.operand(node, 0), importer.builder.addConstant(indices)]
    return [.value(try importer.add(.gather(axis: rank - 1), operands, node))]
  }

  /// Entries of a known row at places that the graph computes, as one row of them all.
  private mutating func lookedUp(
    _ node: ONNXFile.Node, rank: Int
  ) throws(NetworkError) -> [Imported] {
    guard let table = known(node, 0), table.shape.dropLast().allSatisfy({ $0 == 1 }) else {
      throw unsupported(node, "Its indices must be known when the model is read.")
    }
    let row = builder.addConstant(table.reshaped(to: [table.count]))
    let found = try builder.add(.gather(axis: 0), [row, operand(node, 1)])
    let type = builder.type(of: found)
    let width = Dimension(type.count, isPerExample: type.isPerExample)
    let shape = Array(repeating: Dimension(1), count: rank - 1) + [width]
    return [.value(try add(.reshape(shape), [found], node))]
  }

  // MARK: Linear models

  /// `x · coefficientsᵀ + intercepts`, with so many rows of coefficients.
  private mutating func linearScores(
    _ node: ONNXFile.Node, rows: Int
  ) throws(NetworkError) -> Graph.ValueID {
    let value = try realOperand(node, 0)
    let shape = builder.type(of: value).shape
    let coefficients = node.attributes["coefficients"]?.reals ?? []
    guard shape.count == 2, rows > 0, coefficients.count == rows * shape[1].size else {
      throw mismatch(node, "it has \(coefficients.count) coefficients for \(rows) scores")
    }
    let weight = builder.addParameter(
      own(Tensor(coefficients, shape: [rows, shape[1].size])), name: "\(node.name).weight")
    var operands = [value, weight]
    if let intercepts = node.attributes["intercepts"]?.reals, !intercepts.isEmpty {
      operands.append(builder.addParameter(own(Tensor(intercepts)), name: "\(node.name).bias"))
    }
    return try add(.linear, operands, node)
  }

  private static let linearRegressor: Rule = { importer, node throws(NetworkError) in
    let targets = max(1, node.integer("targets", 1))
    let scores = try importer.linearScores(node, rows: targets)
    return [.value(try importer.transformedNumbers(scores, count: targets, node))]
  }

  private static let linearClassifier: Rule = { importer, node throws(NetworkError) in
    let coefficients = node.attributes["coefficients"]?.reals.count ?? 0
    let features = try importer.shape(node, 0).last?.size ?? 1
    let rows = coefficients / max(1, features)
    let scores = try importer.linearScores(node, rows: rows)
    guard rows == 1 else { return try importer.decided(importer.transformed(scores, node), node) }
    // The one score is a share if it is not transformed, though zero and not a half decides.
    return try importer.decided(
      importer.bothClasses(of: scores, isShare: true, node), node,
      winner: importer.isAbove(0, scores))
  }

  // MARK: What classifiers share

  /// The scores after the node's transform.
  mutating func transformed(
    _ scores: Graph.ValueID, _ node: ONNXFile.Node
  ) throws(NetworkError) -> Graph.ValueID {
    switch node.text("post_transform", "NONE") {
    case "NONE": scores
    case "SOFTMAX": try builder.add(.softmax(axis: 1), [scores])
    case "LOGISTIC": try builder.add(.map(.sigmoid), [scores])
    default: throw unsupported(node, "Its transform of scores is not known.")
    }
  }

  /// The numbers of a regressor after the node's transform.
  ///
  /// ONNX Runtime leaves a single number as it is, whatever the transform.
  mutating func transformedNumbers(
    _ numbers: Graph.ValueID, count: Int, _ node: ONNXFile.Node
  ) throws(NetworkError) -> Graph.ValueID {
    guard count > 1 || node.text("post_transform", "NONE") == "NONE" else {
      throw unsupported(node, "Runtimes disagree on whether a single number is transformed.")
    }
    return try transformed(numbers, node)
  }

  /// Two classes from the one score of a binary classifier: their probabilities where there is a
  /// transform, or where the score is a share; else the score and its opposite.
  mutating func bothClasses(
    of score: Graph.ValueID, isShare: Bool, _ node: ONNXFile.Node
  ) throws(NetworkError) -> Graph.ValueID {
    switch node.text("post_transform", "NONE") {
    case "NONE":
      let other: Graph.ValueID
      if isShare {
        let one = builder.addConstant(own(Tensor(scalar: 1.0)))
        other = try builder.add(.combine(.subtract), [one, score])
      } else {
        other = try builder.add(.map(.negate), [score])
      }
      return try builder.add(.concatenate(axis: 1), [other, score])
    case "LOGISTIC":
      let other = try builder.add(.map(.negate), [score])
      let scores = try builder.add(.concatenate(axis: 1), [other, score])
      return try builder.add(.map(.sigmoid), [scores])
    default: throw unsupported(node, "Its transform of one score is not known.")
    }
  }

  /// The place of the class that one score decides for, `[batch]`: 1 where it is above a limit.
  mutating func isAbove(
    _ limit: Double, _ score: Graph.ValueID
  ) throws(NetworkError) -> Graph.ValueID {
    let constant = builder.addConstant(own(Tensor(scalar: limit)))
    let isAbove = try builder.add(.combine(.greater), [score, constant])
    return try builder.add(.reshape([.batch]), [builder.add(.cast(.int64), [isAbove])])
  }

  /// The outputs of a classifier: the numbers of the classes at the places `winner`, or of those
  /// with the highest scores, and the scores.
  mutating func decided(
    _ scores: Graph.ValueID, _ node: ONNXFile.Node, winner: Graph.ValueID? = nil
  ) throws(NetworkError) -> [Imported] {
    let label = node.outputs.first ?? ""
    guard !label.isEmpty, isNeeded(label) else { return [.value(scores), .value(scores)] }
    guard
      let classes = ["classlabels_ints", "classlabels_int64s"].lazy
        .compactMap({ node.integers($0) }).first(where: { !$0.isEmpty })
    else { throw unsupported(node, "Its class names are no numbers; use its scores.") }
    let best =
      if let winner { winner } else {
        try builder.add(.argmax(axis: 1, keepingAxes: false), [scores])
      }
    let names = builder.addConstant(Tensor(classes))
    return [.value(try builder.add(.gather(axis: 0), [names, best])), .value(scores)]
  }
}
