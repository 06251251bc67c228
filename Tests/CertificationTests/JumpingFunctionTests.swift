import Networks
import Tensors
import Testing

@testable import Certification

/// Bounds of many kinds: tiny, huge, single points, and across what functions turn or jump at.
private func randomBounds(seed: UInt64) -> Bounds {
  var generator = Generator(seed: seed)
  var (lower, upper): ([Double], [Double]) = ([], [])
  func add(_ first: Double, _ second: Double) {
    lower.append(min(first, second))
    upper.append(max(first, second))
  }
  let special = [0, 0.5, 1, -1, -0.5, 2, .pi, -.pi / 2, .pi / 2, 1.5 * .pi, 4, -3, 1e-300, 1e5]
  for point in special {
    add(point, point)
    for reach in [1e-12, 1e-3, 0.4, 3, 20] {
      add(point - reach, point)
      add(point, point + reach)
      add(
        point - .random(in: 0...reach, using: &generator),
        point + .random(in: 0...reach, using: &generator))
    }
  }
  for scale in [1e-9, 0.1, 1, 10, 1e4, 1e9] {
    for _ in 0..<6 {
      add(
        .random(in: -scale...scale, using: &generator),
        .random(in: -scale...scale, using: &generator))
    }
  }
  return Bounds(
    lower: Tensor(lower).reshaped(to: [1, -1]), upper: Tensor(upper).reshaped(to: [1, -1]))
}

private let functions: [ElementwiseFunction] = [
  .sign, .floor, .ceiling, .round, .sine, .cosine, .tangent, .arctangent, .softsign, .mish,
  .elu(alpha: 1.5), .elu(alpha: -0.5), .selu(alpha: 1.67, gamma: 1.05), .silu,
  .hardSwish, .gelu(approximate: false), .gelu(approximate: true), .errorFunction, .power(3),
  .power(-1), .power(1.5), .square,
]

@Test("Lines and boxes hold between any bounds", arguments: functions, UInt64(0)..<3)
func linesHold(_ function: ElementwiseFunction, seed: UInt64) {
  let bounds = randomBounds(seed: seed)
  let lines = function.relaxation(over: bounds)
  let box = function.interval(of: Interval(lower: bounds.lower, upper: bounds.upper))
  var knownCount = 0
  for share in stride(from: 0, through: 1, by: 1.0 / 64) {
    let x = (bounds.lower + (bounds.upper - bounds.lower) * share).maximum(bounds.lower).minimum(
      bounds.upper)
    let y = function.evaluated(on: x).elements(as: Double.self)
    let low =
      (lines.lowerSlopes[0].squeezed(axes: [1]) * x + lines.lowerIntercept.squeezed(axes: [1]))
      .elements(as: Double.self)
    let high =
      (lines.upperSlopes[0].squeezed(axes: [1]) * x + lines.upperIntercept.squeezed(axes: [1]))
      .elements(as: Double.self)
    let slopes = lines.lowerSlopes[0].elements(as: Double.self)
    let (first, last) = (
      box.lower.elements(as: Double.self), box.upper.elements(as: Double.self)
    )
    let points = x.elements(as: Double.self)
    for place in y.indices {
      // The line itself is rounded here, as is the function.
      let size = abs(slopes[place] * points[place]) + abs(y[place]) + 1e-12
      let slack = 1e-13 * size
      if low[place].isFinite, high[place].isFinite {
        knownCount += 1
        #expect(
          low[place] <= y[place] + slack && y[place] <= high[place] + slack,
          "\(function) at \(points[place]), entry \(place): \(low[place]), \(y[place]), \(high[place])"
        )
      }
      if first[place].isFinite, last[place].isFinite {
        #expect(
          first[place] <= y[place] && y[place] <= last[place],
          "\(function) at \(points[place]): \(first[place]), \(y[place]), \(last[place])")
      }
    }
  }
  #expect(knownCount > 65 * 60, "most bounds are bounded: \(knownCount)")
}

@Test("Lines of a wave are closer than its range on a short stretch")
func wavesAreBoundedClosely() {
  let bounds = Bounds(lower: Tensor([0.2, 2.9, -0.4]), upper: Tensor([0.6, 3.4, 0.5]))
  for function in [ElementwiseFunction.sine, .cosine] {
    let gaps = function.relaxation(
      over: Bounds(
        lower: bounds.lower.expandedDimension(at: 0), upper: bounds.upper.expandedDimension(at: 0))
    ).gaps(
      of: function,
      over: Bounds(
        lower: bounds.lower.expandedDimension(at: 0), upper: bounds.upper.expandedDimension(at: 0)))
    #expect((gaps.lower .< 0.15).all().booleans[0], "\(gaps.lower)")
    #expect((gaps.upper .< 0.15).all().booleans[0], "\(gaps.upper)")
  }
}

@Test("A tangent across a pole is unknown")
func polesAreUnknown() {
  let bounds = Bounds(
    lower: Tensor([1.5, 4.0], shape: [1, 2]), upper: Tensor([1.6, 4.5], shape: [1, 2]))
  let lines = ElementwiseFunction.tangent.relaxation(over: bounds)
  #expect(lines.lowerSlopes[0].isNaN.booleans == [true, false])
}

@Test("Remainders lie in their boxes", arguments: UInt64(0)..<4)
func remaindersHold(seed: UInt64) {
  var generator = Generator(seed: seed)
  for function in [BinaryFunction.remainder, .truncatedRemainder] {
    for divisor in [3.0, -3, 0.25, -0.7, 1e-3, 1e6] {
      for reach in [0, 1e-9, 0.1, 2, 100] {
        let low =
          Tensor.uniform([40], in: -10...10, dtype: .float64, using: &generator)
          .rounded() * 0.5
        let high = low + Tensor.uniform([40], in: 0...1, dtype: .float64, using: &generator) * reach
        let box = function.interval(
          of: Interval(lower: low, upper: high), Interval(point: Tensor(scalar: divisor)),
          areWhole: false)
        for share in [0, 0.25, 0.5, 0.9, 1] {
          let x = (low + (high - low) * share).minimum(high)
          let other = Tensor(scalar: divisor)
          let y =
            function == .remainder
            ? x.remainder(dividingBy: other) : x.truncatedRemainder(dividingBy: other)
          #expect(
            ((box.lower .<= y) .& (y .<= box.upper)).all().booleans[0],
            "\(function) by \(divisor), reach \(reach)")
        }
        if reach == 0 {
          #expect((box.upper - box.lower .<= 1e-6).all().booleans[0], "points stay narrow")
        }
      }
    }
  }
}

@Test("Planes of a choice hold at corners", arguments: UInt64(0)..<8)
func choicesHold(seed: UInt64) {
  var generator = Generator(seed: seed)
  func random(_ low: Double, _ high: Double) -> Tensor {
    .uniform([1, 200], in: low...high, dtype: .float64, using: &generator)
  }
  let (x, y) = (random(-2, 2), random(-2, 2))
  let (xs, ys) = (
    Bounds(lower: x, upper: x + random(0, 2)), Bounds(lower: y, upper: y + random(0, 2))
  )
  let kind = random(0, 3).floor()
  let condition = Bounds(
    lower: (kind .== 1).cast(to: .float64), upper: (kind .!= 0).cast(to: .float64))
  let planes = Relaxation.choice(condition, xs, ys)
  func plane(_ slopes: [Tensor], _ intercept: Tensor, _ values: [Tensor]) -> Tensor {
    zip(slopes, values).reduce(intercept.squeezed(axes: [1])) {
      $0 + $1.0.squeezed(axes: [1]) * $1.1
    }
  }
  for c in [condition.lower, condition.upper] {
    for first in [xs.lower, xs.upper, (xs.lower + xs.upper) * 0.5] {
      for second in [ys.lower, ys.upper, (ys.lower + ys.upper) * 0.5] {
        let value = Tensor.choosing(first, where: c .> 0, otherwise: second)
        let low = plane(planes.lowerSlopes, planes.lowerIntercept, [c, first, second])
        let high = plane(planes.upperSlopes, planes.upperIntercept, [c, first, second])
        #expect((low .<= value + 1e-12).all().booleans[0])
        #expect((value .<= high + 1e-12).all().booleans[0])
      }
    }
  }
}

@Test("The place of the largest entry is one of those that may be it")
func placesAreNarrowed() {
  let box = Interval(
    lower: Tensor([0.0, 5, 1, 4, 0, 9, 1, 1], shape: [2, 4]),
    upper: Tensor([1.0, 6, 2, 7, 1, 10, 2, 2], shape: [2, 4]))
  let place = box.highestPlace(axis: 1, keepingAxes: false)
  #expect(place.lower.elements(as: Double.self) == [1, 1])
  #expect(place.upper.elements(as: Double.self) == [3, 1])
}
