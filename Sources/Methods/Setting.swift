/// A number or choice of a method that a user may change, by `--set NAME=VALUE`.
///
/// Defaults are those of the method's `init()`, so that no table can tell another one.
public struct Setting<Root: Method>: Sendable {
  /// Lower case, words joined by dashes.
  public let name: String
  public let meaning: String
  /// What values there are: `integer from 1`, `number above 0`, `linf or l2`.
  public let values: String
  /// The value as a user would write it.
  let read: @Sendable (Root) -> String
  /// Sets the value and returns true, or returns false if the text is none of the values.
  let write: @Sendable (inout Root, String) -> Bool

  /// An integer.
  public static func integer(
    _ name: String, _ path: WritableKeyPath<Root, Int> & Sendable, _ range: ClosedRange<Int>,
    _ meaning: String
  ) -> Setting {
    Setting(
      name: name, meaning: meaning, values: "integer, \(range.lowerBound) to \(range.upperBound)",
      read: { "\($0[keyPath: path])" },
      write: { root, text in
        guard let value = Int(text), range.contains(value) else { return false }
        root[keyPath: path] = value
        return true
      })
  }

  /// An integer, or a word for none.
  public static func integer(
    _ name: String, _ path: WritableKeyPath<Root, Int?> & Sendable, _ range: ClosedRange<Int>,
    orWord word: String, _ meaning: String
  ) -> Setting {
    Setting(
      name: name, meaning: meaning,
      values: "integer, \(range.lowerBound) to \(range.upperBound), or '\(word)'",
      read: { $0[keyPath: path].map { "\($0)" } ?? word },
      write: { root, text in
        let value = Int(text)
        guard text == word || value.map(range.contains) == true else { return false }
        root[keyPath: path] = value
        return true
      })
  }

  /// A number.
  public static func number<Number: BinaryFloatingPoint & LosslessStringConvertible & Sendable>(
    _ name: String, _ path: WritableKeyPath<Root, Number> & Sendable, _ range: NumberRange,
    _ meaning: String
  ) -> Setting {
    Setting(
      name: name, meaning: meaning, values: "number, \(range)",
      read: { "\($0[keyPath: path])" },
      write: { root, text in
        guard let value = Number(text), range.contains(Double(value)) else { return false }
        root[keyPath: path] = value
        return true
      })
  }

  /// Yes or no.
  public static func flag(
    _ name: String, _ path: WritableKeyPath<Root, Bool> & Sendable, _ meaning: String
  ) -> Setting {
    Setting(
      name: name, meaning: meaning, values: "true or false",
      read: { "\($0[keyPath: path])" },
      write: { root, text in
        guard let value = Bool(text) else { return false }
        root[keyPath: path] = value
        return true
      })
  }

  /// One of several words.
  public static func choice<Choice: RawRepresentable<String> & CaseIterable & Sendable>(
    _ name: String, _ path: WritableKeyPath<Root, Choice> & Sendable, _ meaning: String
  ) -> Setting {
    Setting(
      name: name, meaning: meaning,
      values: Choice.allCases.map(\.rawValue.dashed).joined(separator: " or "),
      read: { $0[keyPath: path].rawValue.dashed },
      write: { root, text in
        guard let value = Choice.allCases.first(where: { $0.rawValue.dashed == text }) else {
          return false
        }
        root[keyPath: path] = value
        return true
      })
  }
}

/// The numbers that a setting may be.
public struct NumberRange: Sendable, Hashable, CustomStringConvertible {
  private let lower: Double
  private let upper: Double
  private let includesLower: Bool
  private let includesUpper: Bool
  public let description: String

  public static func above(_ bound: Double) -> NumberRange {
    NumberRange(
      lower: bound, upper: .infinity, includesLower: false, includesUpper: false,
      description: "above \(bound.short)")
  }

  public static func atLeast(_ bound: Double) -> NumberRange {
    NumberRange(
      lower: bound, upper: .infinity, includesLower: true, includesUpper: false,
      description: "at least \(bound.short)")
  }

  public static func above(_ lower: Double, atMost upper: Double) -> NumberRange {
    NumberRange(
      lower: lower, upper: upper, includesLower: false, includesUpper: true,
      description: "above \(lower.short), at most \(upper.short)")
  }

  public static func within(_ range: ClosedRange<Double>) -> NumberRange {
    NumberRange(
      lower: range.lowerBound, upper: range.upperBound, includesLower: true, includesUpper: true,
      description: "\(range.lowerBound.short) to \(range.upperBound.short)")
  }

  public static func within(_ range: Range<Double>) -> NumberRange {
    NumberRange(
      lower: range.lowerBound, upper: range.upperBound, includesLower: true, includesUpper: false,
      description: "\(range.lowerBound.short) to below \(range.upperBound.short)")
  }

  func contains(_ value: Double) -> Bool {
    value.isFinite && (value > lower || includesLower && value == lower)
      && (value < upper || includesUpper && value == upper)
  }
}

extension Double {
  /// Without a fraction where there is none.
  fileprivate var short: String { self == rounded() ? "\(Int(self))" : "\(self)" }
}

extension String {
  /// `crossEntropy` as `cross-entropy`.
  var dashed: String {
    reduce(into: "") { $0 += $1.isUppercase ? "-\($1.lowercased())" : "\($1)" }
  }
}
