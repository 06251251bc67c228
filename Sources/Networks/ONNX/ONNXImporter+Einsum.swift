import Foundation
import Tensors

/// Sums of products over named axes, as matrix products.
extension ONNXImporter {
  static let einsumRules: [String: Rule] = ["Einsum": einsum]

  /// A value whose axes have letters.
  private struct Labeled {
    var value: Graph.ValueID
    var labels: [Character]
  }

  private static let einsum: Rule = { importer, node throws(NetworkError) in
    let equation = node.text("equation", "").filter { $0 != " " }
    guard let (terms, result) = Equation.parse(equation), terms.count == node.inputs.count else {
      throw importer.mismatch(node, "'\(equation)' is no equation about its operands")
    }
    var operands: [Labeled] = []
    for (index, term) in terms.enumerated() {
      let value = try importer.operand(node, index)
      let rank = importer.builder.type(of: value).shape.count
      guard let labels = Equation.labels(of: term, rank: rank) else {
        throw importer.mismatch(node, "'\(term)' does not name \(rank) axes")
      }
      guard Set(labels).count == labels.count else {
        throw importer.unsupported(node, "It takes a diagonal.")
      }
      operands.append(Labeled(value: value, labels: labels))
    }
    let named = operands.flatMap(\.labels)
    let wanted = result.map { Equation.expanded($0, among: named) } ?? Equation.implied(by: named)
    guard Set(wanted).count == wanted.count, Set(wanted).isSubset(of: named) else {
      throw importer.mismatch(node, "'\(equation)' asks for axes that it does not name")
    }
    var joint = operands[0]
    for (index, next) in operands.enumerated().dropFirst() {
      let kept = Set(wanted).union(operands[(index + 1)...].flatMap(\.labels))
      joint = try importer.product(joint, next, keeping: kept, node)
    }
    let summed = try importer.summed(joint, keeping: Set(wanted))
    let order = wanted.map { summed.labels.firstIndex(of: $0)! }
    let isInOrder = order == Array(order.indices)
    return [
      .value(isInOrder ? summed.value : try importer.add(.transpose(order), [summed.value], node))
    ]
  }

  /// Sums over the axes that nobody asks for.
  private mutating func summed(
    _ x: Labeled, keeping kept: Set<Character>
  ) throws(NetworkError) -> Labeled {
    let axes = x.labels.indices.filter { !kept.contains(x.labels[$0]) }
    if axes.isEmpty { return x }
    let sum = try builder.add(.reduce(.sum, axes: axes, keepingAxes: false), [x.value])
    return Labeled(value: sum, labels: x.labels.filter(kept.contains))
  }

  /// The product over the axes that both have, summed over those that nobody keeps.
  private mutating func product(
    _ x: Labeled, _ y: Labeled, keeping kept: Set<Character>, _ node: ONNXFile.Node
  ) throws(NetworkError) -> Labeled {
    let left = try summed(x, keeping: kept.union(y.labels))
    let right = try summed(y, keeping: kept.union(x.labels))
    let common = left.labels.filter(right.labels.contains)
    let lead = common.filter(kept.contains)
    let inner = common.filter { !kept.contains($0) }
    let rows = left.labels.filter { !common.contains($0) }
    let columns = right.labels.filter { !common.contains($0) }
    let sizes = try sizes(left, right, node)
    func joint(_ labels: [Character]) -> Dimension {
      let type = ValueType(labels.map { sizes[$0]! })
      return Dimension(type.count, isPerExample: type.isPerExample)
    }
    func arranged(
      _ x: Labeled, _ labels: [Character], _ shape: [Dimension]
    ) throws(NetworkError) -> Graph.ValueID {
      var value = x.value
      let order = labels.map { x.labels.firstIndex(of: $0)! }
      if order != Array(order.indices) { value = try builder.add(.transpose(order), [value]) }
      let full = labels.map { sizes[$0]! }
      if builder.type(of: value).shape != full {
        value = try builder.add(.broadcast(full), [value])
      }
      return full == shape ? value : try builder.add(.reshape(shape), [value])
    }
    let leadShape = lead.isEmpty ? [] : [joint(lead)]
    let a = try arranged(left, lead + rows + inner, leadShape + [joint(rows), joint(inner)])
    let labels = lead + rows + columns
    let shape = labels.map { sizes[$0]! }
    let product: Graph.ValueID
    if lead.isEmpty, !builder.type(of: right.value).isPerExample {
      // A matrix that no example changes is the weight of a linear map.
      let weight = try arranged(right, columns + inner, [joint(columns), joint(inner)])
      product = try builder.add(.linear, [a, weight])
    } else {
      let b = try arranged(
        right, lead + inner + columns, leadShape + [joint(inner), joint(columns)])
      product = try builder.add(.matmul, [a, b])
    }
    return Labeled(value: try builder.add(.reshape(shape), [product]), labels: labels)
  }

  /// The sizes of all axes; one of size 1 is stretched to the other's.
  private func sizes(
    _ x: Labeled, _ y: Labeled, _ node: ONNXFile.Node
  ) throws(NetworkError) -> [Character: Dimension] {
    var sizes: [Character: Dimension] = [:]
    for operand in [x, y] {
      for (label, size) in zip(operand.labels, builder.type(of: operand.value).shape) {
        let known = sizes[label] ?? 1
        guard known == 1 || size == 1 || known == size else {
          throw mismatch(node, "axis '\(label)' has the sizes \(known) and \(size)")
        }
        sizes[label] = known == 1 ? size : known
      }
    }
    return sizes
  }
}

/// The equation of an `Einsum` node: letters for axes, and dots for any number of axes in front.
private enum Equation {
  /// The terms of the operands, and that of the result unless it is implied.
  static func parse(_ text: String) -> (terms: [String], result: String?)? {
    let sides = text.split(separator: "->", omittingEmptySubsequences: false).map(String.init)
    guard 1...2 ~= sides.count, !text.isEmpty else { return nil }
    let terms = sides[0].split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    let all = terms + (sides.count == 2 ? [sides[1]] : [])
    guard
      all.allSatisfy({ $0.replacing("...", with: "", maxReplacements: 1).allSatisfy(\.isLetter) })
    else { return nil }
    return (terms, sides.count == 2 ? sides[1] : nil)
  }

  /// The labels of each axis of an operand; the axes under dots are numbered from the last one.
  static func labels(of term: String, rank: Int) -> [Character]? {
    guard let dots = term.range(of: "...") else { return term.count == rank ? Array(term) : nil }
    let hidden = rank - (term.count - 3)
    guard 0...9 ~= hidden else { return nil }
    return Array(term[..<dots.lowerBound]) + dotted(hidden) + Array(term[dots.upperBound...])
  }

  private static func dotted(_ count: Int) -> [Character] {
    (0..<count).reversed().map { Character(String($0)) }
  }

  /// The result's labels, its dots standing for all axes that operands have under theirs.
  static func expanded(_ term: String, among named: [Character]) -> [Character] {
    guard let dots = term.range(of: "...") else { return Array(term) }
    return Array(term[..<dots.lowerBound]) + hidden(named) + Array(term[dots.upperBound...])
  }

  /// Without a result: the axes under dots, then all letters that are there once, in their order.
  static func implied(by named: [Character]) -> [Character] {
    let single = Set(named).filter { label in
      label.isLetter && named.filter { $0 == label }.count == 1
    }
    return hidden(named) + single.sorted()
  }

  private static func hidden(_ named: [Character]) -> [Character] {
    Set(named.filter(\.isNumber)).sorted(by: >)
  }
}
