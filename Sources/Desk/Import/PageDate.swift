import Foundation

/// Days as pages write them.
enum PageDate {
  private static let months = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
  ]

  /// Whether there may be a day near the start of a line: a month's name, or figures as in
  /// `2024-06-08`, and no more around it than such lines have.
  static func mayStand(in text: Substring) -> Bool {
    let bytes = text.utf8.prefix(81).map { $0 | 0x20 }
    guard bytes.count <= 80 else { return false }
    let names = Set(months.map { Array($0.utf8) })
    return bytes.indices.dropLast(2).contains { place in
      bytes[place] == UInt8(ascii: "-") || names.contains(Array(bytes[place..<(place + 3)]))
    }
  }

  /// The day that `text` begins with, as `2024-06-08`, and what stands after it.
  ///
  /// A day without a year is the last one of that name up to `today`.
  static func leading(_ text: String, today: DateComponents) -> (day: String, rest: String)? {
    if let match = text.prefixMatch(
      of: /([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[T ][0-9:.]+(?:Z|[+\-][0-9:]+)?)?/)
    {
      return date(Int(match.output.1), Int(match.output.2), Int(match.output.3))
        .map { ($0, String(text[match.range.upperBound...])) }
    }
    if let match = text.prefixMatch(
      of:
        /(?:(?i:mon|tue|wed|thu|fri|sat|sun)[a-z]*,?\s+)?([A-Za-z]{3,9})\.?\s+([0-9]{1,2})(?:st|nd|rd|th)?(?:,\s*|\s+)([0-9]{4})\b/
    ) {
      return date(Int(match.output.3), month(match.output.1), Int(match.output.2))
        .map { ($0, String(text[match.range.upperBound...])) }
    }
    if let match = text.prefixMatch(
      of:
        /(?:(?i:mon|tue|wed|thu|fri|sat|sun)[a-z]*,?\s+)?([0-9]{1,2})(?:st|nd|rd|th)?\s+([A-Za-z]{3,9})\.?,?\s+([0-9]{4})(?:\s+[0-9:]+(?:\s*(?:GMT|UTC|Z|[+\-][0-9]{4}))?)?/
    ) {
      return date(Int(match.output.3), month(match.output.2), Int(match.output.1))
        .map { ($0, String(text[match.range.upperBound...])) }
    }
    if let match = text.prefixMatch(of: /([A-Za-z]{3,9})\.?\s+([0-9]{1,2})\b/),
      let month = month(match.output.1), let day = Int(match.output.2), let year = today.year
    {
      let isAhead = (month, day) > (today.month ?? 12, today.day ?? 31)
      return date(isAhead ? year - 1 : year, month, day)
        .map { ($0, String(text[match.range.upperBound...])) }
    }
    return nil
  }

  /// The day that is all of `text`, or its start if that is all there is (`2024`, `2024-06`).
  static func day(_ text: String) -> String? {
    if text.wholeMatch(of: /[0-9]{4}(-[0-9]{2})?/) != nil { return text }
    return leading(text, today: DateComponents())?.day
  }

  private static func month(_ name: Substring) -> Int? {
    let lower = name.lowercased()
    let full = [
      "january", "february", "march", "april", "may", "june", "july", "august", "september",
      "october", "november", "december",
    ]
    guard let index = months.firstIndex(of: String(lower.prefix(3))),
      full[index].hasPrefix(lower) || lower == "sept"
    else { return nil }
    return index + 1
  }

  private static func date(_ year: Int?, _ month: Int?, _ day: Int?) -> String? {
    guard let year, let month, let day, 1900...2200 ~= year, 1...12 ~= month, 1...31 ~= day else {
      return nil
    }
    func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return "\(year)-\(padded(month))-\(padded(day))"
  }
}
