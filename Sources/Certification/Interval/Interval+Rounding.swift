import Tensors

/// How far bounds are moved outward, so that they hold in real arithmetic although they are
/// computed in double precision.
///
/// Sums and products are rounded by at most `unit` of their size each; a sum of `n` products in any
/// order is off by at most `n * unit / (1 - n * unit)` of the sum of their magnitudes.
///
/// - Source: "Accuracy and Stability of Numerical Algorithms" (2002), sections 2.2 and 3.1.
enum Rounding {
  /// Half the distance from 1 to the next number.
  static let unit = 0x1p-53
  /// What functions of the mathematical library are off by, relative to their value, with room to
  /// spare.
  static let function = 0x1p-48
  /// More than what is lost where numbers become too small for their precision.
  static let underflow = 0x1p-1000

  /// The relative error of a sum of `terms` products, with room for a few operations more.
  static func sum(_ terms: Int) -> Double {
    let count = Double(terms + 10) * 2 * unit
    return count / (1 - count)
  }
}

extension Interval {
  /// Moves both bounds outward by a share of their own size.
  func widened(_ share: Double = 4 * Rounding.unit) -> Interval {
    Interval(
      lower: lower - (lower.magnitude() * share + Rounding.underflow),
      upper: upper + (upper.magnitude() * share + Rounding.underflow))
  }

  /// Moves both bounds outward by a share of `size`, and of their own size.
  func widened(_ share: Double, of size: Tensor) -> Interval {
    let slack = size * share
    return Interval(lower: lower - slack, upper: upper + slack).widened(share)
  }

  /// Returns a box that contains what a linear map makes of this one.
  ///
  /// The slack for rounding is part of the radius, so that it costs no further product.
  ///
  /// - `terms`: how many products each sum has.
  /// - `offset`: is added to each sum.
  /// - `map`: applies the map to centers.
  ///   - magnitude: applies the map of the magnitudes of the coefficients.
  func linearImage(
    terms: Int, offset: Tensor? = nil, map: (Tensor) -> Tensor, magnitude: (Tensor) -> Tensor
  ) -> Interval {
    let share = Rounding.sum(terms)
    let center = self.center
    let radius = (upper - center).maximum(center - lower)
    let spread = magnitude(radius * (1 + share) + center.magnitude() * share + Rounding.underflow)
    var (middle, reach) = (map(center), spread)
    if let offset {
      middle = middle + offset
      reach = reach + offset.magnitude() * share
    }
    return Interval(lower: middle - reach, upper: middle + reach).widened()
  }

  /// Returns a box that contains what a mean or a sum makes of this one: a linear map without
  /// negative coefficients.
  func averaged(terms: Int, _ map: (Tensor) -> Tensor) -> Interval {
    linearImage(terms: terms, map: map, magnitude: map)
  }
}
