import Tensors

/// A smooth function between two bounds, and its linear relaxations.
struct Curve {
  let value: (Tensor) -> Tensor
  let bounds: Bounds

  func derivative(at x: Tensor) -> Tensor { Tensors.gradient(at: x) { value($0).sum() } }

  /// Where the function has a value everywhere between the bounds.
  func isDefined(_ convexity: Convexity) -> Tensor {
    switch convexity {
    case .convex, .convexThenConcave, .pieces: return bounds.lower .<= bounds.upper
    case .periodic(let start, let hasPoles):
      return hasPoles
        ? (bounds.lower .<= bounds.upper) .& !meets(start + .pi / 2) : bounds.lower .<= bounds.upper
    case .concaveAboveZero: return (bounds.lower .>= 0) .& (bounds.lower .<= bounds.upper)
    case .power(let exponent):
      let isPositive = exponent > 0 ? bounds.lower .>= 0 : bounds.lower .> 0
      guard exponent == exponent.rounded() else { return isPositive }
      return exponent > 0 ? bounds.lower .<= bounds.upper : isPositive .| (bounds.upper .< 0)
    }
  }

  func lines(_ convexity: Convexity) -> Relaxation {
    let tangent = tangentLine(at: (bounds.lower + bounds.upper) * 0.5)
    let chord = chordLine()
    func relaxation(
      lower: Line, upper: Line, _ lowerTangents: Bounds? = nil, _ upperTangents: Bounds? = nil
    ) -> Relaxation {
      Relaxation(
        lowerSlopes: [lower.slope], upperSlopes: [upper.slope],
        lowerIntercept: lower.low, upperIntercept: upper.high,
        lowerTangents: lowerTangents, upperTangents: upperTangents)
    }
    /// Chooses between lines elementwise.
    func pick(_ line: Line, where condition: Tensor, otherwise other: Line) -> Line {
      Line(
        slope: .choosing(line.slope, where: condition, otherwise: other.slope),
        low: .choosing(line.low, where: condition, otherwise: other.low),
        high: .choosing(line.high, where: condition, otherwise: other.high))
    }
    switch convexity {
    case .convex: return relaxation(lower: tangent, upper: chord, bounds)
    case .concaveAboveZero: return relaxation(lower: chord, upper: tangent)
    case .power(let exponent):
      let isWhole = exponent == exponent.rounded()
      let isOdd = isWhole && !(exponent / 2 == (exponent / 2).rounded())
      let isConvexAbove = exponent < 0 || exponent > 1
      let above = isConvexAbove ? (tangent, chord) : (chord, tangent)
      guard isOdd else { return relaxation(lower: above.0, upper: above.1) }
      if exponent < 0 {
        let isAbove = bounds.lower .> 0
        return relaxation(
          lower: pick(tangent, where: isAbove, otherwise: chord),
          upper: pick(chord, where: isAbove, otherwise: tangent))
      }
      // The mirror image of a curve that is convex first.
      let mirrored = Curve(value: { -value($0) }, bounds: bounds).bentLines(pick)
      return relaxation(lower: mirrored.upper.negated, upper: mirrored.lower.negated)
    case .convexThenConcave:
      let lines = bentLines(pick)
      return relaxation(
        lower: lines.lower, upper: lines.upper, lines.lowerTangents, lines.upperTangents)
    case .pieces(let turns, let rises):
      return piecewiseLines(turns.map { bounds.lower.filled(with: $0) }) { piece, middle in
        rises[piece] ? middle .== middle : middle .!= middle
      }
    case .periodic(let start, let hasPoles): return periodicLines(from: start, hasPoles: hasPoles)
    }
  }

  /// A slope, with the intercept that keeps the line under the curve and the one that keeps it
  /// over.
  struct Line {
    var slope: Tensor
    var low: Tensor
    var high: Tensor

    var negated: Line { Line(slope: -slope, low: -high, high: -low) }
  }

  /// What rounding may take from an intercept.
  private func slack(_ slope: Tensor, _ value: Tensor) -> Tensor {
    let reach = bounds.lower.magnitude().maximum(bounds.upper.magnitude())
    return ((slope.magnitude() + 1) * reach + value.magnitude()) * (slope.dtype.slack * 4)
  }

  private func line(slope: Tensor, through x: Tensor) -> Line {
    let height = value(x)
    let (intercept, slack) = (height - slope * x, slack(slope, height))
    return Line(slope: slope, low: intercept - slack, high: intercept + slack)
  }

  func tangentLine(at x: Tensor) -> Line { line(slope: derivative(at: x), through: x) }

  /// The line through both endpoints; where they are one point, the tangent.
  private func chordLine() -> Line {
    let width = bounds.upper - bounds.lower
    let steep = (value(bounds.upper) - value(bounds.lower)) / width
    let slope = Tensor.choosing(steep, where: width .> 0, otherwise: derivative(at: bounds.lower))
    let (first, last) = (
      line(slope: slope, through: bounds.lower), line(slope: slope, through: bounds.upper)
    )
    return Line(slope: slope, low: first.low.minimum(last.low), high: first.high.maximum(last.high))
  }

  /// Lines for a curve that is convex below 0 and concave above.
  ///
  /// Across 0 the lower line ends at the upper end and touches the curve below 0, unless the chord
  /// itself lies below; the upper line the other way round.
  private func bentLines(
    _ pick: (_ line: Line, _ condition: Tensor, _ other: Line) -> Line
  ) -> (lower: Line, upper: Line, lowerTangents: Bounds, upperTangents: Bounds) {
    let (chord, tangent) = (chordLine(), tangentLine(at: (bounds.lower + bounds.upper) * 0.5))
    let (isConvex, isConcave) = (bounds.upper .<= 0, bounds.lower .>= 0)
    let zero = bounds.lower.zerosLike()
    // Of the tangents that pass the far end, the one that stands best in the middle.
    let middle = (bounds.lower + bounds.upper) * 0.5
    let low = touch(from: bounds.lower.minimum(zero), to: zero, aimingAt: bounds.upper)
    let high = touch(from: bounds.upper.maximum(zero), to: zero, aimingAt: bounds.lower)
    let under = tangentLine(at: low.minimum(middle))
    let over = tangentLine(at: high.maximum(middle))
    let chordIsUnder = chord.slope .<= derivative(at: bounds.lower)
    let chordIsOver = chord.slope .<= derivative(at: bounds.upper)
    let lower = pick(tangent, isConvex, pick(chord, isConcave .| chordIsUnder, under))
    let upper = pick(chord, isConvex .| (chordIsOver .& !isConcave), pick(tangent, isConcave, over))
    // Any point beyond the one that passes the far end does too.
    let isUnder = isConvex .| !(isConcave .| chordIsUnder)
    let isOver = isConcave .| !(isConvex .| chordIsOver)
    return (
      lower, upper,
      Bounds(
        lower: bounds.lower,
        upper: .choosing(
          .choosing(bounds.upper, where: isConvex, otherwise: low), where: isUnder,
          otherwise: bounds.lower)),
      Bounds(
        lower: .choosing(
          .choosing(bounds.lower, where: isConcave, otherwise: high), where: isOver,
          otherwise: bounds.upper), upper: bounds.upper)
    )
  }

  /// The point between `far` and 0 whose tangent passes the curve at `target` without crossing it.
  ///
  /// Bisection keeps the bracket's safe end, from which the tangent passes with room to spare.
  private func touch(from far: Tensor, to zero: Tensor, aimingAt target: Tensor) -> Tensor {
    let height = value(target)
    let isBelow = far .<= target
    var (safe, unsafe) = (far, zero)
    for _ in 0..<(far.dtype == .float64 ? 60 : 15) {
      let middle = (safe + unsafe) * 0.5
      let reached = value(middle) + derivative(at: middle) * (target - middle)
      let passes = Tensor.choosing(
        reached .<= height, where: isBelow, otherwise: reached .>= height)
      safe = Tensor.choosing(middle, where: passes, otherwise: safe)
      unsafe = Tensor.choosing(unsafe, where: passes, otherwise: middle)
    }
    return safe
  }

  /// Lines of the slope that stands best in the middle, out of a few, for a curve whose slope rises
  /// or falls between neighboring turns.
  ///
  /// - Parameter rises: whether the slope rises on a piece; asked rather than measured, because
  ///   slopes may be equal but for rounding, and at a turn may be those of the neighboring piece.
  func piecewiseLines(
    _ turns: [Tensor], _ rises: (_ piece: Int, _ middle: Tensor) -> Tensor
  ) -> Relaxation {
    let middle = (bounds.lower + bounds.upper) * 0.5
    let slopes = [
      chordLine().slope, derivative(at: middle), derivative(at: bounds.lower),
      derivative(at: bounds.upper),
      middle.zerosLike(),
    ]
    var best: Relaxation?
    for slope in slopes {
      let (low, high) = intercepts(of: slope, turns, rises)
      guard let current = best else {
        best = Relaxation(
          lowerSlopes: [slope], upperSlopes: [slope], lowerIntercept: low, upperIntercept: high)
        continue
      }
      let isHigher =
        slope * middle + low .> current.lowerSlopes[0] * middle + current.lowerIntercept
      let isLower =
        slope * middle + high .< current.upperSlopes[0] * middle + current.upperIntercept
      best = Relaxation(
        lowerSlopes: [.choosing(slope, where: isHigher, otherwise: current.lowerSlopes[0])],
        upperSlopes: [.choosing(slope, where: isLower, otherwise: current.upperSlopes[0])],
        lowerIntercept: .choosing(low, where: isHigher, otherwise: current.lowerIntercept),
        upperIntercept: .choosing(high, where: isLower, otherwise: current.upperIntercept))
    }
    return best!
  }

  /// The intercepts of lines of one slope that touch the curve from below and from above.
  ///
  /// On each piece the curve less the line is convex or concave: its extremes lie at the piece's
  /// ends, where the slope may jump, or where the slopes agree, which bisection finds; what the
  /// bracket leaves open is added as slack.
  private func intercepts(
    of slope: Tensor, _ turns: [Tensor], _ rises: (_ piece: Int, _ middle: Tensor) -> Tensor
  ) -> (low: Tensor, high: Tensor) {
    func height(_ x: Tensor) -> Tensor { value(x) - slope * x }
    let (first, last) = (height(bounds.lower), height(bounds.upper))
    var (low, high) = (first.minimum(last), first.maximum(last))
    for (piece, (start, end)) in zip([bounds.lower] + turns, turns + [bounds.upper]).enumerated() {
      // A piece beyond the bounds shrinks to the nearer one.
      var from = bounds.lower.maximum(start).minimum(bounds.upper)
      var to = bounds.upper.minimum(end).maximum(bounds.lower)
      let corner = height(to)
      (low, high) = (low.minimum(corner), high.maximum(corner))
      let rises = rises(piece, (from + to) * 0.5)
      for _ in 0..<(slope.dtype == .float64 ? 50 : 15) {
        let middle = (from + to) * 0.5
        let isPast = Tensor.choosing(
          self.derivative(at: middle) .> slope, where: rises,
          otherwise: self.derivative(at: middle) .< slope)
        to = Tensor.choosing(middle, where: isPast, otherwise: to)
        from = Tensor.choosing(from, where: isPast, otherwise: middle)
      }
      let open =
        (to - from)
        * ((self.derivative(at: from) - slope).magnitude()
          + (self.derivative(at: to) - slope).magnitude())
      for point in [from, to] {
        low = low.minimum(height(point) - open)
        high = high.maximum(height(point) + open)
      }
    }
    let slack = slack(slope, value(bounds.lower).magnitude() + value(bounds.upper).magnitude())
    return (low - slack, high + slack)
  }
}
