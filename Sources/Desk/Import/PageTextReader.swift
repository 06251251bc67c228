import Foundation

/// Reads a saved page of papers as plain text: what a browser shows, pasted or saved.
///
/// What all layouts share is taken as the rule: a title is the last short line before a paragraph,
/// and what stands after the paragraph, up to the next title, tells of the paper. Blank lines may or
/// may not separate anything, and lines may be broken at some width.
struct PageTextReader {
  let today: DateComponents

  /// - Throws: `ImportError.malformed` if there are too many lines.
  func read(_ text: String, source: String) throws(ImportError) -> PageReading {
    var lines: [PageLine] = []
    var followsGap = true
    var number = 0
    for text in PlainLines(text) {
      number += 1
      let line = PageLine(text, number: number, followsGap: followsGap)
      followsGap = line.text.isEmpty
      if !line.text.isEmpty { lines.append(line) }
      try PageLine.check(count: lines.count, source: source)
    }
    return read(LineUnwrapping(lines).lines)
  }

  /// Reads lines that nothing breaks.
  func read(_ lines: [PageLine]) -> PageReading {
    let lines = lines.map(\.withoutFurniture)
    var page = PageAssembly(today: today, kindsAhead: kindsAhead(lines))
    for line in lines { page.add(line) }
    return page.finished()
  }

  /// The kinds of details that this page puts above its papers: those that are there before the first
  /// abstract, about as often as abstracts, and not after the last.
  private func kindsAhead(_ lines: [PageLine]) -> Set<PageMetadata.Kind> {
    let bodies = lines.indices.filter { lines[$0].isBody }
    guard let first = bodies.first, let last = bodies.last else { return [] }
    var places: [PageMetadata.Kind: [Int]] = [:]
    for (index, line) in lines.enumerated() where line.text.utf8.count < 300 && !line.isHeading {
      guard let kind = PageMetadata(line, today: today)?.kind else { continue }
      places[kind, default: []].append(index)
    }
    return Set(
      places.filter { _, places in
        places[0] < first && places.last! < last && places.count >= bodies.count
      }.keys)
  }
}

/// Joins the lines that were one before someone broke them at a width.
struct LineUnwrapping {
  let lines: [PageLine]

  init(_ lines: [PageLine]) {
    // A page that has a paragraph in one line is not broken at a width.
    let width = lines.map(\.text.count).max() ?? 0
    guard 40...160 ~= width, lines.count > 3 else {
      self.lines = lines
      return
    }
    var joined: [PageLine] = []
    var pieces: [String] = []
    var lastWidth = 0
    // A line's pieces are joined once, when all are there.
    func settle() {
      guard pieces.count > 1, let last = joined.last else { return }
      var whole = PageLine(
        pieces.joined(separator: " "), number: last.number, followsGap: last.followsGap)
      whole.isHeading = last.isHeading
      joined[joined.count - 1] = whole
    }
    for line in lines {
      let firstWord = line.text.prefix { !$0.isWhitespace }.count
      // A break was forced where the next word would not have fitted.
      if !joined.isEmpty, !line.followsGap, lastWidth + 1 + firstWord > width {
        pieces.append(line.text)
      } else {
        settle()
        joined.append(line)
        pieces = [line.text]
      }
      lastWidth = line.text.count
    }
    settle()
    self.lines = joined
  }
}
