/// What a reader found in one page.
public struct PageReading: Sendable, Hashable {
  public var entries: [PaperEntry] = []
  /// What looks like a part of an entry but is none.
  public var unreadable: [UnreadablePart] = []

  public init(entries: [PaperEntry] = [], unreadable: [UnreadablePart] = []) {
    (self.entries, self.unreadable) = (entries, unreadable)
  }

  /// Takes an entry, or says why it is none.
  mutating func add(_ entry: PaperEntry) {
    var entry = entry
    entry.votes = entry.votes.map(Self.plausible)
    entry.comments = entry.comments.map(Self.plausible)
    entry.authorCount = entry.authorCount.map(Self.plausible)
    if let reason = entry.defect {
      unreadable.append(UnreadablePart(line: entry.line, reason: reason))
    } else {
      entries.append(entry)
    }
  }
}

extension PageReading {
  /// A count as a page may tell it, without what no count is.
  private static func plausible(_ count: Int) -> Int { min(max(count, 0), 1_000_000_000) }
}

/// A part of a page that could not be read.
public struct UnreadablePart: Sendable, Hashable {
  /// The line of the file, counted from 1.
  public let line: Int
  public let reason: String
}

extension PaperEntry {
  static let longestTitle = 1_000
  static let longestAbstract = 40_000

  /// Why this is no paper, if it is none.
  var defect: String? {
    let title = rawTitle.prefix(40)
    if !rawTitle.contains(where: { $0.isLetter || $0.isNumber }) {
      return "a paper without a title"
    }
    if rawTitle.utf8.count > Self.longestTitle {
      return "a title of \(rawTitle.utf8.count) bytes: '\(title)…'"
    }
    if rawAbstract.utf8.count > Self.longestAbstract {
      return "an abstract of \(rawAbstract.utf8.count) bytes, of '\(title)'"
    }
    return nil
  }
}

extension StringProtocol {
  /// The text with each run of white space as one space, and none at the ends.
  var singleSpaced: String {
    // Most text is so already, which its bytes tell sooner than its characters.
    var last = UInt8(ascii: " ")
    let isPlain = utf8.allSatisfy { byte in
      defer { last = byte }
      return byte > 32 && byte < 127 || byte == 32 && last != 32
    }
    if isPlain, last != 32 || isEmpty { return String(self) }
    return split { $0.isWhitespace || $0 == "\u{FEFF}" || $0 == "\u{200B}" }.joined(separator: " ")
  }
}
