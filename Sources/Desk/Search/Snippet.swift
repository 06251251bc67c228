/// The part of a text that has most of the words that were searched for, with those words marked.
public struct Snippet: Sendable, Hashable {
  public struct Piece: Sendable, Hashable {
    public let text: String
    public let isMatch: Bool
  }

  public let pieces: [Piece]

  /// - Parameter length: the number of words, about.
  public init(of text: String, words: [String], length: Int = 36) {
    let stems = words.filter { !SearchWords.common.contains($0) }.map(Self.stem)
    let tokens = text.split(separator: " ").map(String.init)
    let isMatch = tokens.map { token in
      let word = SearchWords.words(of: token).first ?? ""
      return stems.contains { !$0.isEmpty && word.hasPrefix($0) }
    }
    // The window with most matches; the first of them.
    var (start, best, count) = (0, -1, 0)
    for end in tokens.indices {
      if isMatch[end] { count += 1 }
      if end >= length, isMatch[end - length] { count -= 1 }
      if count > best { (best, start) = (count, max(0, end - length + 1)) }
    }
    // A little before the first match shows what it belongs to.
    let first = isMatch[start..<min(start + length, tokens.count)].firstIndex(of: true) ?? start
    start = max(0, min(first - 6, tokens.count - length))
    let end = min(tokens.count, start + length)
    var pieces: [Piece] = []
    if start > 0 { pieces.append(Piece(text: "… ", isMatch: false)) }
    for place in start..<end {
      let space = place > start ? " " : ""
      if isMatch[place] {
        pieces.append(Piece(text: space, isMatch: false))
        pieces.append(Piece(text: tokens[place], isMatch: true))
      } else if let last = pieces.last, !last.isMatch {
        pieces[pieces.count - 1] = Piece(text: last.text + space + tokens[place], isMatch: false)
      } else {
        pieces.append(Piece(text: space + tokens[place], isMatch: false))
      }
    }
    if end < tokens.count { pieces.append(Piece(text: " …", isMatch: false)) }
    self.pieces = pieces
  }

  public var text: String { pieces.map(\.text).joined() }

  /// A word without its commonest endings, so that "certified" is marked for "certify".
  private static func stem(_ word: String) -> String {
    for ending in ["ations", "ation", "ings", "ing", "ies", "ied", "ed", "es", "s", "y", "e"]
    where word.hasSuffix(ending) && word.count - ending.count >= 4 {
      return String(word.dropLast(ending.count))
    }
    return word
  }
}
