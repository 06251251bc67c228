/// What help says about one argument, option or flag; a string literal will do.
public struct ArgumentHelp: Sendable, Hashable, ExpressibleByStringInterpolation {
  /// One sentence.
  public var abstract: String
  /// More sentences, shown below the first.
  public var discussion: String
  /// The name between angle brackets; by default the property's.
  public var valueName: String?

  public init(_ abstract: String = "", discussion: String = "", valueName: String? = nil) {
    (self.abstract, self.discussion, self.valueName) = (abstract, discussion, valueName)
  }

  public init(stringLiteral value: String) { self.init(value) }
}
