/// Arguments, options and flags that several commands share.
@propertyWrapper
public struct OptionGroup<Group: ParsableArguments> {
  public var wrappedValue: Group

  public init() { wrappedValue = Group() }
}

/// What the parser needs of a group, whatever its type.
protocol AnyOptionGroup {
  var arguments: any ParsableArguments { get }
}

extension OptionGroup: AnyOptionGroup {
  var arguments: any ParsableArguments { wrappedValue }
}

extension OptionGroup: Sendable where Group: Sendable {}
