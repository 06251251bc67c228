/// A sum of products of doubles, kept without any rounding.
///
/// The parts do not overlap and grow in magnitude, so that the sign of the last one is that of the sum.
///
/// - Precondition: no product leaves the normal numbers; see `isExact`.
/// - Source: "Adaptive Precision Floating-Point Arithmetic and Fast Robust Geometric Predicates"
///   (1997), section 2.4.
struct ExactSum {
  private var parts: [Double] = []
  /// False once a product was too small or too large to be kept exactly.
  private(set) var isExact = true

  mutating func add(_ number: Double) {
    var rest = number
    var grown: [Double] = []
    for part in parts {
      let sum = rest + part
      let share = sum - rest
      let lost = (rest - (sum - share)) + (part - share)
      if lost != 0 { grown.append(lost) }
      rest = sum
    }
    if rest != 0 { grown.append(rest) }
    parts = grown
    if !rest.isFinite { isExact = false }
  }

  mutating func add(_ a: Double, times b: Double) {
    guard a != 0, b != 0 else {
      if !(a + b).isFinite { isExact = false }
      return
    }
    let product = a * b
    guard product.isFinite, abs(product) >= 0x1p-960 else {
      isExact = false
      return
    }
    add(product)
    add((-product).addingProduct(a, b))
  }

  /// Adds a product of several numbers, as the sum of twice as many parts for each factor.
  mutating func add(productOf factors: [Double]) {
    guard let first = factors.first, !factors.contains(0) else {
      if !factors.allSatisfy(\.isFinite) { isExact = false }
      return
    }
    var parts = [first]
    for factor in factors.dropFirst() {
      var next: [Double] = []
      for part in parts {
        let product = part * factor
        guard product.isFinite, abs(product) >= 0x1p-960 else {
          isExact = false
          return
        }
        let lost = (-product).addingProduct(part, factor)
        next += lost == 0 ? [product] : [product, lost]
      }
      parts = next
    }
    for part in parts { add(part) }
  }

  /// Whether the sum is at most 0, or below it; false where that is not known exactly.
  func isAtMostZero(strictly: Bool) -> Bool {
    guard isExact else { return false }
    guard let last = parts.last else { return !strictly }
    return last < 0
  }
}
