/// A method and how it is set, as files keep it: `{"sgd": {"momentum": 0.9}}`.
///
/// Names of settings are written without dashes (`weightDecay`); a setting that a file leaves out
/// has its default.
public struct MethodChoice: Sendable, Hashable, Codable {
  /// What `--method` takes.
  public let name: String
  /// Values by the names of settings, each as a user would write it.
  public let settings: [String: String]

  /// The choice that makes this method.
  public init(_ method: some Method) {
    let description = type(of: method).description
    name = description.name
    settings = Dictionary(
      uniqueKeysWithValues: description.settings.map { ($0.name, $0.read(method)) })
  }

  /// The settings as `MethodRegistry` takes them.
  public var assignments: [String] {
    settings.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Name.self)
    guard let key = container.allKeys.first, container.allKeys.count == 1 else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "a choice names one method"))
    }
    name = key.stringValue.lowercased()
    let values = try container.nestedContainer(keyedBy: Name.self, forKey: key)
    settings = try values.allKeys.reduce(into: [:]) { settings, key in
      settings[key.stringValue.dashed] =
        if let flag = try? values.decode(Bool.self, forKey: key) {
          "\(flag)"
        } else if let whole = try? values.decode(Int.self, forKey: key) {
          "\(whole)"
        } else if let number = try? values.decode(Double.self, forKey: key) {
          "\(number)"
        } else {
          try values.decode(String.self, forKey: key)
        }
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Name.self)
    var values = container.nestedContainer(keyedBy: Name.self, forKey: Name(stringValue: name))
    for (setting, value) in settings {
      let key = Name(stringValue: setting.joinedByCase)
      if let flag = Bool(value) {
        try values.encode(flag, forKey: key)
      } else if let whole = Int(value) {
        try values.encode(whole, forKey: key)
      } else if let number = Double(value), number.isFinite {
        try values.encode(number, forKey: key)
      } else {
        try values.encode(value, forKey: key)
      }
    }
  }

  private struct Name: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }
}

extension String {
  /// `weight-decay` as `weightDecay`.
  fileprivate var joinedByCase: String {
    let words = split(separator: "-")
    return words.prefix(1).joined()
      + words.dropFirst().map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
  }
}
