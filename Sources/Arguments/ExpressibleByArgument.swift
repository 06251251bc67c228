/// A type that is made from one word of the command line.
///
/// An enum with a `String` raw value conforms by declaring so; if it is also `CaseIterable`, help
/// lists its cases and a mistyped one is answered with the nearest.
public protocol ExpressibleByArgument: ArgumentValue where Word == Self {
  /// Makes a value, or returns `nil` if `argument` does not spell one.
  init?(argument: String)
  /// The text that help shows for a default value.
  var defaultValueDescription: String { get }
  /// Every accepted spelling, or none if there are too many to list.
  static var allValueStrings: [String] { get }
}

extension ExpressibleByArgument {
  public var defaultValueDescription: String { "\(self)" }
  public static var allValueStrings: [String] { [] }

  public static var arity: ArgumentArity { .one }
  public static var empty: Self? { nil }
  public static func appending(_ word: Self, to value: Self?) -> Self { word }
  public var defaultDescription: String? { defaultValueDescription }
}

extension ExpressibleByArgument where Self: CaseIterable {
  public static var allValueStrings: [String] { allCases.map(\.defaultValueDescription) }
}

extension RawRepresentable where Self: ExpressibleByArgument, RawValue: ExpressibleByArgument {
  public init?(argument: String) {
    guard let rawValue = RawValue(argument: argument) else { return nil }
    self.init(rawValue: rawValue)
  }

  public var defaultValueDescription: String { rawValue.defaultValueDescription }
}

extension String: ExpressibleByArgument {
  public init?(argument: String) { self = argument }
}

extension Int: ExpressibleByArgument {
  public init?(argument: String) { self.init(argument) }
}

extension UInt64: ExpressibleByArgument {
  public init?(argument: String) { self.init(argument) }
}

extension Double: ExpressibleByArgument {
  public init?(argument: String) { self.init(argument) }
}

extension Float: ExpressibleByArgument {
  public init?(argument: String) { self.init(argument) }
}

extension Bool: ExpressibleByArgument {
  public init?(argument: String) { self.init(argument) }
  public static var allValueStrings: [String] { ["true", "false"] }
}
