/// The names an option or flag answers to.
public struct NameSpecification: Sendable, Hashable, ExpressibleByArrayLiteral {
  /// One name.
  public enum Element: Sendable, Hashable {
    /// `--property-name`.
    case long
    /// `-p`, the first letter of the property's name.
    case short
    /// `--` and the given name.
    case customLong(String)
    /// `-` and the given letter.
    case customShort(Character)
  }

  public var elements: [Element]

  public init(arrayLiteral elements: Element...) { self.elements = elements }

  public static let long: Self = [.long]
  public static let short: Self = [.short]
  public static let shortAndLong: Self = [.short, .long]
  public static func customLong(_ name: String) -> Self { [.customLong(name)] }
  public static func customShort(_ letter: Character) -> Self { [.customShort(letter)] }

  /// Returns the names with their dashes, for a property whose kebab-case name is `name`.
  func names(for name: String) -> [String] {
    elements.map { element in
      switch element {
      case .long: "--\(name)"
      case .short: "-\(name.prefix(1))"
      case .customLong(let custom): "--\(custom)"
      case .customShort(let letter): "-\(letter)"
      }
    }
  }
}

extension String {
  /// This camel-case name in kebab case: `maxRadius` becomes `max-radius`, `asJSON` `as-json`.
  var kebabCased: String {
    var result = ""
    let letters = Array(self)
    for (index, letter) in letters.enumerated() {
      let follows = index > 0 && !letters[index - 1].isUppercase
      let leads = index > 0 && index + 1 < letters.count && letters[index + 1].isLowercase
      if letter.isUppercase, follows || leads, result.last != "-" { result += "-" }
      result += letter.lowercased()
    }
    return result
  }
}
