import Tensors

/// Linear relaxations of periodic functions: sine, cosine and tangent.
extension Curve {
  /// Lines of a curve whose slope turns at `start` and at every multiple of π away from it.
  ///
  /// Turns are rounded: on the stretch in between, which is as short as a unit in the last place,
  /// the slope turns by less than the slack allows for. Beyond arguments where that might not be
  /// so, and over more than a period, lines are flat.
  func periodicLines(from start: Double, hasPoles: Bool) -> Relaxation {
    let first = ((bounds.lower - start) * (1 / Double.pi)).floor()
    let turns = (0..<4).map { (first + Double($0)) * Double.pi + start }
    // The second slope has the sign of the tangent, and that of a wave upside down.
    let lines = piecewiseLines(turns) { _, middle in
      hasPoles ? value(middle) .> 0 : value(middle) .< 0
    }
    guard !hasPoles else { return lines }
    let isShort =
      (bounds.upper - bounds.lower .<= 2 * Double.pi)
      .& (bounds.lower.magnitude() .<= Self.farthest)
      .& (bounds.upper.magnitude() .<= Self.farthest)
    let zero = bounds.lower.zerosLike()
    func pick(_ line: Tensor, _ flat: Double) -> Tensor {
      .choosing(line, where: isShort, otherwise: zero + flat)
    }
    return Relaxation(
      lowerSlopes: [pick(lines.lowerSlopes[0], 0)], upperSlopes: [pick(lines.upperSlopes[0], 0)],
      lowerIntercept: pick(lines.lowerIntercept, -1), upperIntercept: pick(lines.upperIntercept, 1))
  }

  private static let farthest = 0x1p20

  /// Whether `start`, or a point a multiple of π away from it, may lie between the bounds; always
  /// where they are too large to tell.
  func meets(_ start: Double) -> Tensor {
    let reach = bounds.magnitude
    let slack = (reach + 1) * 1e-12
    let first = ((bounds.lower - start) / Double.pi - slack).ceiling()
    let last = ((bounds.upper - start) / Double.pi + slack).floor()
    return !(first .> last) .| (reach .> Self.farthest)
  }
}
