import Foundation

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
    let (mine, theirs) = (Array(text.utf8), Array(other.text.utf8))
    let shorter = min(mine.count, theirs.count)
    let allowed = shorter / 40
    guard allowed > 0, abs(mine.count - theirs.count) <= allowed,
      text.filter(\.isNumber) == other.text.filter(\.isNumber)
    else { return false }
    return EditDistance.isAtMost(allowed, from: mine, to: theirs)
  }
}
