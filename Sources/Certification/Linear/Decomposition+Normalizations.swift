import Networks
import Tensors

/// Normalizations and softmax, as compositions.
extension Decomposition {
  mutating func batchNormalized(
    _ x: [Place], _ epsilon: Double, _ node: Graph.Node
  ) throws(NetworkError) -> Graph.ValueID {
    let fixedOnes = x.dropFirst().allSatisfy { if case .fixed = $0 { true } else { false } }
    guard fixedOnes, case .fixed(let scale) = x[1], case .fixed(let variance) = x[4] else {
      throw unsupported(node, "Its statistics depend on the input.")
    }
    let image = try varying(x[0])
    let factor = scale / (variance + epsilon).squareRoot()
    let centered = try difference(image, channels(x[3], of: image))
    let scaled = try product(centered, channels(.fixed(factor), of: image))
    return try sum(scaled, channels(x[2], of: image))
  }

  mutating func layerNormalized(
    _ x: [Place], axes: Int, _ epsilon: Double
  ) throws(NetworkError) -> Graph.ValueID {
    let value = try varying(x[0])
    let rank = builder.type(of: value).shape.count
    var result = try standardized(value, axes: Array(rank - axes..<rank), epsilon)
    if x.count > 1 { result = try product(result, varying(x[1])) }
    if x.count > 2 { result = try sum(result, varying(x[2])) }
    return result
  }

  mutating func groupNormalized(
    _ x: [Place], groups: Int, _ epsilon: Double
  ) throws(NetworkError) -> Graph.ValueID {
    let image = try varying(x[0])
    let shape = builder.type(of: image).shape
    let size = shape.dropFirst().reduce(1) { $0 * $1.size } / groups
    let grouped = try add(.reshape([shape[0], Dimension(groups), Dimension(size)]), [image])
    var result = try add(.reshape(shape), [standardized(grouped, axes: [2], epsilon)])
    if x.count > 1 { result = try product(result, channels(x[1], of: image)) }
    if x.count > 2 { result = try sum(result, channels(x[2], of: image)) }
    return result
  }

  private mutating func standardized(
    _ x: Graph.ValueID, axes: [Int], _ epsilon: Double
  ) throws(NetworkError) -> Graph.ValueID {
    let mean = Operation.reduce(.mean, axes: axes, keepingAxes: true)
    let centered = try difference(x, add(mean, [x]))
    let variance = try add(mean, [add(.map(.square), [centered])])
    let deviation = try add(.map(.squareRoot), [sum(variance, fixed(epsilon))])
    return try product(centered, add(.map(.reciprocal), [deviation]))
  }

  /// The sum over `j` of `exp(x[j] - x[i])`, for each `i`: its reciprocal is the softmax, and no
  /// exponential is larger than the differences make it.
  mutating func exponentialSum(_ place: Place, axis: Int) throws(NetworkError) -> Graph.ValueID {
    let x = try varying(place)
    let shape = builder.type(of: x).shape
    func inserting(at place: Int) -> [Dimension] {
      var result = shape
      result.insert(1, at: place)
      return result
    }
    let others = try add(.reshape(inserting(at: axis)), [x])
    let own = try add(.reshape(inserting(at: axis + 1)), [x])
    let powers = try add(.map(.exp), [difference(others, own)])
    return try add(.reduce(.sum, axes: [axis + 1], keepingAxes: false), [powers])
  }
}
