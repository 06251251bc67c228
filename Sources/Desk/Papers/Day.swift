import Foundation

/// Days of the desk, which are those of Greenwich: the same for every reader of a shared store.
public enum Day {
  public static var calendar: Calendar {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = TimeZone(identifier: "UTC")!
    return calendar
  }

  /// The day of a moment, as `2024-06-08`.
  public static func text(of date: Date) -> String {
    let parts = calendar.dateComponents([.year, .month, .day], from: date)
    return String(format: "%04d-%02d-%02d", parts.year!, parts.month!, parts.day!)
  }

  /// Whether a text is a day or its start: `2024`, `2024-06` or `2024-06-08`.
  public static func isStart(_ text: String) -> Bool {
    text.wholeMatch(of: /[0-9]{4}(-[0-9]{2}){0,2}/) != nil
  }
}
