import Foundation
import Spelling

/// What two spellings of one title have in common: its letters and digits, without case, accents,
/// spaces, punctuation and the remnants of LaTeX.
public struct TitleKey: Sendable, Hashable {
  public let text: String

  public init(_ title: String) {
    let folded = ReadableText(title).text.folding(
      options: [.caseInsensitive, .diacriticInsensitive, .widthInsensitive], locale: nil)
    let letters = String(folded.filter { $0.isLetter || $0.isNumber })
    // A title of signs alone is still a title.
    text = letters.isEmpty ? folded.filter { !$0.isWhitespace } : letters
  }

  /// A key as the store has kept it.
  init(key: String) {
    text = key
  }

  /// How much of the start and of the end finds the titles that may be meant.
  private static let blockLength = 12

  /// The key's first letters, by which similar keys are looked for.
  var start: String { String(text.prefix(Self.blockLength)) }

  /// The key's last letters.
  var end: String { String(text.suffix(Self.blockLength)) }

  /// Whether `other` is this title with a small edit: some two letters in a hundred, and never a
  /// digit, because those tell versions and parts from each other.
  public func isNearlyEqual(to other: TitleKey) -> Bool {
    if text == other.text { return true }
    let (mine, theirs) = (text.utf8, other.text.utf8)
    let allowed = min(mine.count, theirs.count) / 40
    guard allowed > 0, abs(mine.count - theirs.count) <= allowed, digits == other.digits else {
      return false
    }
    return Array(mine).editDistance(to: Array(theirs), atMost: allowed) != nil
  }

  /// The signs of the key that are numbers, also those that are no letters of ASCII.
  private var digits: [Unicode.Scalar] {
    text.unicodeScalars.filter { scalar in
      scalar.isASCII
        ? "0"..."9" ~= scalar : scalar.properties.numericType != nil
    }
  }
}
