import Foundation
import Networks
import Tensors

/// Sorts the features of each group, the largest first.
///
/// Features `0 ..< groupSize` are the first group. The result holds the largest of each group, then
/// the second of each, and so on. It moves no two points farther apart, and no gradient vanishes.
///
/// - Shape: `[batch, features] + rest`, unchanged; `groupSize` divides the features.
/// - Source: "Sorting out Lipschitz function approximation" (2018), section 4.1; pairs are compared
///   as in a transposition sort, in `groupSize` rounds.
public struct GroupSort: Layer {
  public let groupSize: Int

  public init(groupSize: Int) {
    precondition(groupSize > 1, "a group has at least two features")
    self.groupSize = groupSize
  }

  public func append(
    to builder: inout GraphBuilder, input: Graph.ValueID, using generator: inout Generator
  ) throws(NetworkError) -> Graph.ValueID {
    let shape = builder.type(of: input).shape
    let features = shape.count > 1 ? shape[1].size : 1
    guard features % groupSize == 0 else {
      throw .mismatch(
        node: "group_sort", operation: "GroupSort", operands: ["\(builder.type(of: input))"],
        reason: "\(features) features are not groups of \(groupSize)")
    }
    var lanes: [Graph.ValueID] = []
    for lane in 0..<groupSize {
      lanes.append(
        try builder.add(.slice(axis: 1, start: lane, end: features, step: groupSize), [input]))
    }
    for round in 0..<(groupSize == 2 ? 1 : groupSize) {
      for lane in stride(from: round % 2, to: groupSize - 1, by: 2) {
        let pair = [lanes[lane], lanes[lane + 1]]
        lanes[lane] = try builder.add(.combine(.maximum), pair)
        lanes[lane + 1] = try builder.add(.combine(.minimum), pair)
      }
    }
    return try builder.add(.concatenate(axis: 1), lanes)
  }
}

/// The larger and the smaller of each pair of neighbors.
///
/// - Shape: as for `GroupSort`: the larger ones come first, then the smaller ones.
/// - Source: "Sorting out Lipschitz function approximation" (2018), section 4.1.
public struct MaxMin: Layer {
  public init() {}

  public func append(
    to builder: inout GraphBuilder, input: Graph.ValueID, using generator: inout Generator
  ) throws(NetworkError) -> Graph.ValueID {
    try GroupSort(groupSize: 2).append(to: &builder, input: input, using: &generator)
  }
}

/// Reflects each pair of neighbors at a line through zero, where it lies behind the line.
///
/// - Shape: `[batch, features]`, unchanged; `features` is even.
/// - Source: "Improved deterministic l2 robustness on CIFAR-10 and CIFAR-100" (2022), section 4,
///   with one fixed angle for all pairs.
public struct Householder: Layer {
  /// The angle between the first axis and the line, in radians.
  public let angle: Double

  public init(angle: Double = .pi / 2) {
    self.angle = angle
  }

  public func append(
    to builder: inout GraphBuilder, input: Graph.ValueID, using generator: inout Generator
  ) throws(NetworkError) -> Graph.ValueID {
    let type = builder.type(of: input)
    guard type.isBatched, type.shape.count == 2, type.shape[1].size % 2 == 0 else {
      throw .mismatch(
        node: "householder", operation: "Householder", operands: ["\(type)"],
        reason: "it takes a row of pairs for each example")
    }
    let normal = [Float(sin(angle / 2)), Float(-cos(angle / 2))]
    let inward = builder.addConstant(Tensor(normal.map { -$0 }, shape: [2, 1]))
    let outward = builder.addConstant(Tensor(normal.map { 2 * $0 }, shape: [1, 2]))
    let pairs = try builder.add(
      .reshape([.batch, Dimension(type.shape[1].size / 2), 2]), [input])
    let depth = try builder.add(.map(.relu), [builder.add(.matmul, [pairs, inward])])
    let moved = try builder.add(
      .combine(.add), [pairs, builder.add(.matmul, [depth, outward])])
    return try builder.add(.reshape(type.shape), [moved])
  }
}
