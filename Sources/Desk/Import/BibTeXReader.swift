/// Reads bibliographies: entries of any kind with a title; those without an abstract are taken with
/// an empty one.
struct BibTeXReader {
  func read(_ text: String) -> PageReading {
    var parser = Parser(Array(text.utf8))
    var reading = PageReading()
    while let (line, fields) = parser.nextEntry() {
      guard let fields else {
        reading.unreadable.append(UnreadablePart(line: line, reason: "an entry that does not end"))
        continue
      }
      guard let title = fields["title"] else {
        reading.unreadable.append(UnreadablePart(line: line, reason: "an entry without a title"))
        continue
      }
      reading.add(entry(title: title, fields, line: line))
    }
    return reading
  }

  private func entry(title: String, _ fields: [String: String], line: Int) -> PaperEntry {
    var entry = PaperEntry(title: title, abstract: fields["abstract"] ?? "", line: line)
    let authors = fields["author"].map { $0.replacing(/\s+and\s+/, with: "\n") } ?? ""
    entry.authors = authors.split(separator: "\n").map { name in
      ReadableText(name.split(separator: ",").map(\.singleSpaced).reversed().joined(separator: " "))
        .text
    }
    if let year = fields["year"], year.wholeMatch(of: /[0-9]{4}/) != nil { entry.posted = year }
    entry.organisation = fields["institution"] ?? fields["organization"]
    if let id = fields["eprint"] { entry.take(linked: "https://arxiv.org/abs/\(id)") }
    if let url = fields["url"] {
      entry.take(linked: url)
      if entry.links.isEmpty { entry.links.append(PaperLink(.page, url)) }
    }
    return entry
  }

  /// Goes through the bytes once; what stands between entries is a comment.
  private struct Parser {
    let bytes: [UInt8]
    var place = 0
    var line = 1
    /// What `@string` defines.
    private var abbreviations: [String: String] = [:]

    init(_ bytes: [UInt8]) {
      self.bytes = bytes
    }

    /// The next entry's first line and fields; no fields if the text ends inside of it.
    mutating func nextEntry() -> (line: Int, fields: [String: String]?)? {
      while let byte = next() {
        guard byte == UInt8(ascii: "@") else { continue }
        let start = line
        let kind = word().lowercased()
        skipSpace()
        guard !kind.isEmpty, let open = peek(),
          open == UInt8(ascii: "{") || open == UInt8(ascii: "(")
        else { continue }
        if kind == "comment" || kind == "preamble" {
          if open == UInt8(ascii: "{") { _ = braced() }
          continue
        }
        _ = next()
        if kind == "string" {
          let name = word().lowercased()
          skipSpace()
          if next() == UInt8(ascii: "=") { abbreviations[name] = value(until: UInt8(ascii: "}")) }
          continue
        }
        return (
          start, fields(until: open == UInt8(ascii: "{") ? UInt8(ascii: "}") : UInt8(ascii: ")"))
        )
      }
      return nil
    }

    private mutating func fields(until close: UInt8) -> [String: String]? {
      var fields: [String: String] = [:]
      _ = text { $0 == UInt8(ascii: ",") || $0 == close }
      while let byte = peek() {
        if byte == close {
          _ = next()
          return fields
        }
        if startsEntry { return nil }
        let name = word().lowercased()
        skipSpace()
        guard peek() == UInt8(ascii: "=") else {
          _ = next()
          continue
        }
        _ = next()
        guard let value = value(until: close) else { return nil }
        fields[name] = value.singleSpaced
      }
      return nil
    }

    /// A value in braces, in quotes or bare; pieces joined by `#` are one.
    private mutating func value(until close: UInt8) -> String? {
      var whole = ""
      while true {
        skipSpace()
        switch peek() {
        case UInt8(ascii: "{"):
          guard let piece = braced() else { return nil }
          whole += piece
        case UInt8(ascii: "\""):
          _ = next()
          var depth = 0
          whole += text { byte in
            if byte == UInt8(ascii: "{") { depth += 1 }
            if byte == UInt8(ascii: "}") { depth -= 1 }
            return byte == UInt8(ascii: "\"") && depth <= 0
          }
          guard next() != nil else { return nil }
        case nil: return nil
        default:
          let bare = text {
            $0 == UInt8(ascii: ",") || $0 == close || $0 == UInt8(ascii: "#")
          }.singleSpaced
          whole += abbreviations[bare.lowercased()] ?? bare
        }
        skipSpace()
        guard peek() == UInt8(ascii: "#") else { return whole }
        _ = next()
      }
    }

    private mutating func braced() -> String? {
      _ = next()
      var depth = 1
      let inner = text { byte in
        if byte == UInt8(ascii: "{") { depth += 1 }
        if byte == UInt8(ascii: "}") { depth -= 1 }
        return depth == 0
      }
      return startsEntry || next() == nil ? nil : inner
    }

    private mutating func next() -> UInt8? {
      guard place < bytes.count else { return nil }
      defer { place += 1 }
      if bytes[place] == UInt8(ascii: "\n") { line += 1 }
      return bytes[place]
    }

    private func peek() -> UInt8? { place < bytes.count ? bytes[place] : nil }

    private mutating func skipSpace() {
      while let byte = peek(), byte <= UInt8(ascii: " ") || byte == UInt8(ascii: ",") { _ = next() }
    }

    private mutating func word() -> String {
      skipSpace()
      return text { byte in
        let isLetter = UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 32
        let isDigit = UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
        return !isLetter && !isDigit && byte != UInt8(ascii: "_") && byte != UInt8(ascii: "-")
      }
    }

    /// Whether the next entry begins here: then one before it has not ended.
    private var startsEntry: Bool {
      guard peek() == UInt8(ascii: "@"), place > 0, bytes[place - 1] == UInt8(ascii: "\n") else {
        return false
      }
      let name = bytes[(place + 1)...].prefix { UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0 | 32 }
      let following = place + 1 + name.count
      return !name.isEmpty && following < bytes.count && bytes[following] == UInt8(ascii: "{")
    }

    private mutating func text(until isEnd: (UInt8) -> Bool) -> String {
      let start = place
      while let byte = peek(), !isEnd(byte), !startsEntry { _ = next() }
      return String(decoding: bytes[start..<place], as: UTF8.self)
    }
  }
}
