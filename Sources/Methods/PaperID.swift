/// A paper's name in the catalogue and in the names of files, such as `ibp-tightness`.
public struct PaperID: Sendable, Hashable, Codable, ExpressibleByStringLiteral,
  CustomStringConvertible
{
  /// Words of lower-case letters and digits with single hyphens between them.
  public let slug: String

  /// Makes an identifier, or returns nil if `slug` is none.
  public init?(_ slug: String) {
    let words = slug.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
    let isWord = { (word: Substring.UTF8View) in
      !word.isEmpty
        && word.allSatisfy {
          UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0 || UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0
        }
    }
    guard slug.utf8.count <= 64, words.allSatisfy(isWord) else { return nil }
    self.slug = slug
  }

  /// - Precondition: the literal is an identifier.
  public init(stringLiteral slug: String) {
    guard let id = PaperID(slug) else { preconditionFailure("'\(slug)' names no paper") }
    self = id
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    guard let id = PaperID(try container.decode(String.self)) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "no name of a paper")
    }
    self = id
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(slug)
  }

  public var description: String { slug }
}
