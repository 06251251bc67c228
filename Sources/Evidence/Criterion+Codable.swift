/// In records a criterion is `{ "kind": "atMost", "number": 0.03 }`; `always` has no number.
extension Criterion {
  private enum CodingKeys: String, CodingKey {
    case kind, number
  }

  private enum Kind: String, Codable {
    case greater, less, noLower, noHigher, equal, ratioAtLeast, ratioAtMost, atLeast, atMost, always
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let number = { try container.decode(Double.self, forKey: .number) }
    switch try container.decode(Kind.self, forKey: .kind) {
    case .greater: self = .greater(by: try number())
    case .less: self = .less(by: try number())
    case .noLower: self = .noLower(by: try number())
    case .noHigher: self = .noHigher(by: try number())
    case .ratioAtLeast: self = .ratioAtLeast(try number())
    case .ratioAtMost: self = .ratioAtMost(try number())
    case .atLeast: self = .atLeast(try number())
    case .atMost: self = .atMost(try number())
    case .equal: self = .equal(within: try number())
    case .always: self = .always
    }
  }

  public func encode(to encoder: any Encoder) throws {
    let (kind, number): (Kind, Double?) =
      switch self {
      case .greater(let margin): (.greater, margin)
      case .less(let margin): (.less, margin)
      case .noLower(let margin): (.noLower, margin)
      case .noHigher(let margin): (.noHigher, margin)
      case .ratioAtLeast(let ratio): (.ratioAtLeast, ratio)
      case .ratioAtMost(let ratio): (.ratioAtMost, ratio)
      case .atLeast(let bound): (.atLeast, bound)
      case .atMost(let bound): (.atMost, bound)
      case .equal(let margin): (.equal, margin)
      case .always: (.always, nil)
      }
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(kind, forKey: .kind)
    try container.encodeIfPresent(number, forKey: .number)
  }
}
