/// A piece of HTML. Text put into it by interpolation is escaped; other pieces are not.
public struct HTML: Sendable, Hashable, ExpressibleByStringInterpolation {
  public private(set) var text: String

  public init(stringLiteral value: String) { text = value }
  public init(stringInterpolation: StringInterpolation) { text = stringInterpolation.text }

  /// Makes a piece of text that is known to be HTML, such as a script of this package.
  public init(trusted text: String) { self.text = text }

  public struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var text = ""

    public init(literalCapacity: Int, interpolationCount: Int) {
      text.reserveCapacity(literalCapacity)
    }
    public mutating func appendLiteral(_ literal: String) { text += literal }
    public mutating func appendInterpolation(_ plain: String) { text += plain.htmlEscaped }
    public mutating func appendInterpolation(_ number: Int) { text += "\(number)" }
    public mutating func appendInterpolation(_ html: HTML) { text += html.text }
    public mutating func appendInterpolation(_ html: HTML?) { text += html?.text ?? "" }
    public mutating func appendInterpolation(_ pieces: [HTML]) {
      text += pieces.map(\.text).joined(separator: "\n")
    }
  }
}

extension String {
  /// This text for use in HTML content or in a quoted attribute, without control characters.
  public var htmlEscaped: String {
    var text = ""
    for scalar in unicodeScalars {
      switch scalar {
      case "&": text += "&amp;"
      case "<": text += "&lt;"
      case ">": text += "&gt;"
      case "\"": text += "&quot;"
      case "'": text += "&#39;"
      case "\n", "\t": text.unicodeScalars.append(scalar)
      case "\u{0}"..<" ", "\u{7F}"..."\u{9F}": break
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text
  }

  /// This text as an element's id: letters, digits and dashes only.
  var htmlIdentifier: String {
    String(map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" })
  }

  /// The last part of this path.
  var lastPathPart: String {
    split(separator: "/").last.map(String.init) ?? self
  }
}
