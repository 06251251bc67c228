import Foundation

/// Reads pages, whatever they are written in, and merges their papers into a store.
public struct Importer: Sendable {
  /// The most bytes that a page may have.
  public static let limit = 32 << 20

  private let store: PaperStore

  public init(into store: PaperStore) {
    self.store = store
  }

  /// Takes the papers of a file.
  ///
  /// - Throws: `ImportError`, `StoreError`; the store is then as it was.
  public func take(path: String) throws -> ImportedPage {
    try take(try Self.contents(path), source: path)
  }

  /// Takes the papers of a page on the network.
  ///
  /// - Throws: as for a file, and `ImportError.cannotFetch`.
  public func take(address: String, fetcher: PageFetcher = PageFetcher()) throws -> ImportedPage {
    try take(try fetcher.contents(of: address), source: address)
  }

  /// Takes the papers of a page that is at hand, all or none.
  ///
  /// - Parameter source: what the page is called, by which it is known if it comes again.
  public func take(_ bytes: [UInt8], source: String) throws -> ImportedPage {
    let reading = try Self.read(bytes, source: source, today: store.today)
    var page = ImportedPage(source: source, unreadable: reading.unreadable)
    try store.database.transaction {
      for entry in reading.entries {
        let result = try store.merge(entry, from: source)
        page.items.append(ImportedPage.Item(line: entry.line, title: entry.title, result: result))
      }
    }
    return page
  }

  /// Reads the papers of a page, without keeping them.
  ///
  /// - Throws: `ImportError`, also if there is no paper.
  public static func read(
    _ bytes: [UInt8], source: String, today: DateComponents = DateComponents()
  ) throws(ImportError) -> PageReading {
    guard bytes.count <= limit else {
      throw .tooLarge(source: source, size: bytes.count, limit: limit)
    }
    let text = try TextDecoding.text(bytes, source: source)
    var reading =
      switch PaperFormat(of: text) {
      case .text: try PageTextReader(today: today).read(text, source: source)
      case .html: try PageHTMLReader(today: today).read(text, source: source)
      case .json: try PaperJSONReader().read(text, source: source)
      case .feed: try FeedReader().read(text, source: source)
      case .bibTeX: BibTeXReader().read(text)
      }
    // Prose may stand before the entries of a bibliography.
    if reading.entries.isEmpty, text.contains("@") {
      let bibliography = BibTeXReader().read(text)
      if !bibliography.entries.isEmpty { reading = bibliography }
    }
    guard !reading.entries.isEmpty else {
      if let part = reading.unreadable.first {
        throw .malformed(source: source, reason: "line \(part.line): \(part.reason)")
      }
      throw .noPapers(source: source)
    }
    return reading
  }

  private static func contents(_ path: String) throws(ImportError) -> [UInt8] {
    var status = stat()
    guard stat(path, &status) == 0 else {
      if errno == ENOENT { throw .missingFile(path: path) }
      throw .unreadable(source: path, reason: String(cString: strerror(errno)))
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw .unreadable(source: path, reason: "it is no file")
    }
    guard status.st_size <= limit else {
      throw .tooLarge(source: path, size: Int(status.st_size), limit: limit)
    }
    guard let data = FileManager.default.contents(atPath: path) else {
      throw .unreadable(source: path, reason: "no permission")
    }
    return [UInt8](data)
  }
}

/// What became of a page.
public struct ImportedPage: Sendable, Hashable {
  public struct Item: Sendable, Hashable {
    public let line: Int
    public let title: String
    public let result: MergeResult
  }

  public let source: String
  public internal(set) var items: [Item] = []
  public let unreadable: [UnreadablePart]

  /// How many of the entries were papers that the store had from a page before.
  public var merged: Int {
    items.count { if case .merged = $0.result { true } else { false } }
  }
}

extension PaperStore {
  /// The day that it is.
  var today: DateComponents {
    Day.calendar.dateComponents([.year, .month, .day], from: clock())
  }
}
