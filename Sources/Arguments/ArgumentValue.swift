/// How many words a property takes.
public enum ArgumentArity: Sendable, Hashable {
  /// Exactly one; the last one given counts.
  case one
  /// One or none.
  case optional
  /// One or more, in the order given.
  case many
}

/// What an `@Argument` or `@Option` property may be: a word's value, an optional, or an array.
///
/// Conform a type to `ExpressibleByArgument` instead; that gives this conformance as well.
public protocol ArgumentValue {
  /// The type that one word is turned into.
  associatedtype Word: ExpressibleByArgument
  static var arity: ArgumentArity { get }
  /// The value of a property that has no default and is not on the command line; `nil` if required.
  static var empty: Self? { get }
  /// Returns `value` with one more word taken into account.
  static func appending(_ word: Word, to value: Self?) -> Self
  /// The text that help shows if this is the default; `nil` if there is nothing to show.
  var defaultDescription: String? { get }
}

extension Optional: ArgumentValue where Wrapped: ExpressibleByArgument {
  public static var arity: ArgumentArity { .optional }
  public static var empty: Self? { .some(.none) }
  public static func appending(_ word: Wrapped, to value: Self?) -> Self { word }
  public var defaultDescription: String? { self?.defaultValueDescription }
}

extension Array: ArgumentValue where Element: ExpressibleByArgument {
  public static var arity: ArgumentArity { .many }
  public static var empty: Self? { nil }
  public static func appending(_ word: Element, to value: Self?) -> Self { (value ?? []) + [word] }
  public var defaultDescription: String? {
    isEmpty ? nil : map(\.defaultValueDescription).joined(separator: ", ")
  }
}
