import Foundation

/// Cuts text into the pieces of words that a BERT model of lower-case letters knows.
///
/// - Source: "BERT: Pre-training of Deep Bidirectional Transformers for Language Understanding"
///   (2018), section 3; the pieces are chosen longest first, as in its public code.
public struct WordPieceTokenizer: Sendable {
  private let pieces: [String: Int]
  let padding: Int
  private let unknown: Int
  private let start: Int
  private let end: Int

  /// Words longer than this are unknown.
  private static let longestWord = 100

  /// - Parameter vocabulary: the pieces, one a line, a piece's number being its line's; those that go on
  ///   with a word begin with `##`.
  /// - Throws: `LanguageModelError.malformed` if a special piece is missing.
  public init(vocabulary: String, path: String) throws(LanguageModelError) {
    var pieces: [String: Int] = [:]
    for (number, piece) in vocabulary.split(separator: "\n", omittingEmptySubsequences: false)
      .enumerated() where !piece.isEmpty
    {
      pieces[String(piece)] = number
    }
    guard let padding = pieces["[PAD]"], let unknown = pieces["[UNK]"], let start = pieces["[CLS]"],
      let end = pieces["[SEP]"]
    else { throw .malformed(path: path, reason: "it has no [PAD], [UNK], [CLS] or [SEP]") }
    (self.pieces, self.padding, self.unknown) = (pieces, padding, unknown)
    (self.start, self.end) = (start, end)
  }

  /// The numbers of the pieces of `text`, between those of start and end, `limit` at most.
  ///
  /// - Precondition: `limit` is 2 or more.
  public func tokens(of text: String, limit: Int) -> [Int] {
    precondition(limit >= 2, "start and end need two places")
    var tokens = [start]
    for word in words(of: text) {
      if tokens.count >= limit - 1 { break }
      tokens += numbers(of: word)
    }
    return tokens.prefix(limit - 1) + [end]
  }

  /// Whether a word in lower case is one piece: such a word is common, and hardly mistyped.
  public func isPiece(_ word: String) -> Bool { pieces[word] != nil }

  /// The words and signs of `text`, in lower case and without accents.
  private func words(of text: String) -> [[Unicode.Scalar]] {
    var words: [[Unicode.Scalar]] = []
    var word: [Unicode.Scalar] = []
    func endWord() {
      if !word.isEmpty { words.append(word) }
      word = []
    }
    for scalar in text.lowercased().decomposedStringWithCanonicalMapping.unicodeScalars {
      switch scalar.kind {
      case .space: endWord()
      case .sign:
        endWord()
        words.append([scalar])
      case .letter: word.append(scalar)
      case .nothing: break
      }
    }
    endWord()
    return words
  }

  private func numbers(of word: [Unicode.Scalar]) -> [Int] {
    guard word.count <= Self.longestWord else { return [unknown] }
    var numbers: [Int] = []
    var place = 0
    while place < word.count {
      var length = word.count - place
      var found: Int?
      while length > 0 {
        var piece = place == 0 ? "" : "##"
        piece.unicodeScalars.append(contentsOf: word[place..<(place + length)])
        found = pieces[piece]
        if found != nil { break }
        length -= 1
      }
      guard let found else { return [unknown] }
      numbers.append(found)
      place += length
    }
    return numbers
  }
}

extension Unicode.Scalar {
  fileprivate enum Kind {
    case letter, sign, space, nothing
  }

  /// What a scalar is to BERT, which tells fewer kinds apart than Unicode does.
  fileprivate var kind: Kind {
    if value < 128 {
      switch value {
      case 9, 10, 13, 32: return .space
      case 0..<32, 127: return .nothing
      case 48...57, 65...90, 97...122: return .letter
      default: return .sign
      }
    }
    // Chinese characters stand for words of their own.
    switch value {
    case 0x4E00...0x9FFF, 0x3400...0x4DBF, 0x20000...0x2A6DF, 0x2A700...0x2B73F, 0x2B740...0x2B81F,
      0x2B820...0x2CEAF, 0xF900...0xFAFF, 0x2F800...0x2FA1F:
      return .sign
    default: break
    }
    switch properties.generalCategory {
    case .spaceSeparator, .lineSeparator, .paragraphSeparator: return .space
    case .nonspacingMark, .control, .format, .privateUse, .surrogate, .unassigned: return .nothing
    case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation,
      .initialPunctuation, .finalPunctuation, .otherPunctuation:
      return .sign
    default: return value == 0xFFFD ? .nothing : .letter
    }
  }
}
