/// A network that a property of version 2 declares.
struct VNNLIBNetwork {
  let name: String
  /// Where it is declared.
  let offset: Int
  /// Its part of the inputs of all networks, and of the outputs.
  var inputs: Range<Int>
  var outputs: Range<Int>
  /// Whether it is said to be like another one, with the same weights or others.
  var isCongruent = false
  /// The place of the network that it is equal to.
  var equal: Int?
  /// Whether an assertion is about it.
  var isUsed = false
  /// How many inputs are declared before its own, also of networks that are dropped.
  var inputsBefore = 0
}

/// A tensor that a property of version 2 declares: a range of a network's inputs or outputs.
struct VNNLIBTensor {
  enum Kind {
    case input, output
    /// A value between the two, which can be declared here but not spoken of.
    case hidden
  }

  let kind: Kind
  /// The place of its network.
  let network: Int
  let shape: [Int]
  /// The place of its first element among all inputs or outputs.
  let offset: Int

  /// The index of an element, from its place among all inputs or outputs; nil if it is another's.
  func subscripts(of place: Int) -> String? {
    guard offset..<offset + shape.reduce(1, *) ~= place else { return nil }
    var (rest, indices): (Int, [Int]) = (place - offset, [])
    for size in shape.reversed() {
      indices.append(rest % size)
      rest /= size
    }
    return shape.isEmpty ? "" : "[\(indices.reversed().map(String.init).joined(separator: ","))]"
  }

  /// The place of an element among all inputs or outputs, from its index in brackets, in row-major
  /// order; a tensor of one element needs none. Nil if there is no such element.
  func index(_ text: Substring) -> Int? {
    if text.isEmpty { return shape.reduce(1, *) == 1 ? offset : nil }
    guard let indices = Self.numbers(inBrackets: text), indices.count == shape.count,
      zip(indices, shape).allSatisfy({ 0..<$1 ~= $0 })
    else { return nil }
    return zip(indices, shape).reduce(0) { $0 * $1.1 + $1.0 } + offset
  }

  /// The integers of a list such as `[1,28,28]`; nil if it is none.
  static func numbers(inBrackets text: Substring) -> [Int]? {
    guard text.first == "[", text.last == "]", text.count >= 2 else { return nil }
    let inner = text.dropFirst().dropLast()
    if inner.isEmpty { return [] }
    let parts = inner.split(separator: ",", omittingEmptySubsequences: false)
    let numbers = parts.compactMap { Int($0) }
    return numbers.count == parts.count && numbers.count <= 16 ? numbers : nil
  }
}

/// How the two sides of a comparison relate.
enum VNNLIBRelation: String {
  case atMost = "<="
  case atLeast = ">="
  case below = "<"
  case above = ">"
  case equal = "="
  case equalOfVersion2 = "=="
  case different = "!="
  case distinct = "distinct"
}
