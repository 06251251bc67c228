import Foundation

/// An author's name as names are compared: without case, accents, dots and order of writing.
struct AuthorName: Hashable {
  private let words: [String]

  init(_ name: String) {
    words = name.folding(
      options: [.caseInsensitive, .diacriticInsensitive, .widthInsensitive], locale: nil
    )
    .split { !$0.isLetter && !$0.isNumber }.map(String.init)
  }

  /// Whether both can be one person: the same words in any order, or the same last word and nothing
  /// in the first that contradicts, as in `J. Doe` and `Jane Doe`.
  func agrees(with other: AuthorName) -> Bool {
    guard let last = words.last, let otherLast = other.words.last else { return false }
    if words.sorted() == other.words.sorted() { return true }
    guard last == otherLast else { return false }
    guard words.count > 1, other.words.count > 1 else { return true }
    let (first, otherFirst) = (words[0], other.words[0])
    return first.count == 1 || otherFirst.count == 1
      ? first.first == otherFirst.first : first.hasPrefix(otherFirst) || otherFirst.hasPrefix(first)
  }

  /// Whether more than half of the shorter list of names is in the longer.
  static func agree(_ names: [AuthorName], _ others: [AuthorName]) -> Bool {
    let (few, many) = names.count <= others.count ? (names, others) : (others, names)
    // No list of names need be compared to its end.
    let shared = few.prefix(50).count { name in many.prefix(500).contains(where: name.agrees) }
    return shared * 2 > min(few.count, 50)
  }
}
