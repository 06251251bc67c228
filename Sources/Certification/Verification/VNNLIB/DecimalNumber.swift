/// A number as it is written in decimal: some digits and a power of ten.
struct DecimalNumber {
  /// From the first that is not 0 to the last; none for 0.
  private(set) var digits: [UInt8] = []
  /// How many digits stand behind the point; negative where zeros follow the last digit.
  private var places = 0

  /// - Parameter text: digits, with a sign, a point and an exponent if need be.
  init(_ text: some Sequence<UInt8>) {
    var (isFraction, isExponent, isNegative) = (false, false, false)
    var exponent = 0
    for byte in text {
      switch byte {
      case UInt8(ascii: "."): isFraction = true
      case UInt8(ascii: "e"), UInt8(ascii: "E"): isExponent = true
      case UInt8(ascii: "-"): if isExponent { isNegative = true }
      case 0x30...0x39 where isExponent:
        exponent = min(1 << 30, exponent * 10 + Int(byte - 0x30))
      case 0x30...0x39:
        if byte != 0x30 || !digits.isEmpty { digits.append(byte - 0x30) }
        if isFraction { places += 1 }
      default: break
      }
    }
    places -= isNegative ? -exponent : exponent
    while digits.last == 0 {
      digits.removeLast()
      places -= 1
    }
  }

  /// Whether a finite double is this number but for its sign.
  ///
  /// - Complexity: linear in the number of digits, times a small share of it.
  func equals(_ number: Double) -> Bool {
    guard number != 0, !digits.isEmpty else { return number == 0 && digits.isEmpty }
    // An odd number times a power of two.
    let fraction = UInt64(number.significandBitPattern)
    let whole = number.isNormal ? fraction | 1 << 52 : fraction
    let odd = whole >> UInt64(whole.trailingZeroBitCount)
    let power =
      max(1, Int(number.exponentBitPattern)) - 1075 + whole.trailingZeroBitCount
    // 2⁻ᵏ is 5ᵏ · 10⁻ᵏ: an odd number over 2ᵏ has k digits behind the point, the last of them a 5.
    guard power < 0 ? places == -power : places <= 0 else { return false }
    guard digits.count - places <= 400 else { return false }
    var limbs = [odd % Self.base, odd / Self.base % Self.base, odd / Self.base / Self.base]
    let (factor, step): (UInt64, Int) = power < 0 ? (244_140_625, 12) : (1 << 28, 28)
    var left = abs(power)
    while left > 0 {
      let count = min(step, left)
      let own = count == step ? factor : (0..<count).reduce(1) { x, _ in x * (power < 0 ? 5 : 2) }
      Self.multiply(&limbs, by: own)
      left -= count
    }
    var written = digits
    if power >= 0 { written += Array(repeating: 0, count: -places) }
    return Self.digits(of: limbs) == written
  }

  private static let base: UInt64 = 1_000_000_000

  private static func multiply(_ limbs: inout [UInt64], by factor: UInt64) {
    var carry: UInt64 = 0
    for index in limbs.indices {
      let product = limbs[index] * factor + carry
      limbs[index] = product % base
      carry = product / base
    }
    while carry > 0 {
      limbs.append(carry % base)
      carry /= base
    }
  }

  private static func digits(of limbs: [UInt64]) -> [UInt8] {
    var result: [UInt8] = []
    for limb in limbs.reversed() {
      var rest = limb
      let nine = (0..<9).map { _ in
        defer { rest /= 10 }
        return UInt8(rest % 10)
      }
      result += nine.reversed()
    }
    return Array(result.drop { $0 == 0 })
  }
}
