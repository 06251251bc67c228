/// Why a word does not fit a slot; the parser adds where.
struct UnfitWord: Error {}

/// A place in a command that the parser fills; what the property wrappers have in common.
protocol ArgumentSlot {
  /// Describes the slot for a property named `property`.
  func definition(for property: String) -> SlotDefinition
  /// Takes one word of the command line.
  ///
  /// - Throws: `UnfitWord` if `word` does not spell a value.
  func accept(_ word: String) throws(UnfitWord)
  /// Whether the slot has a value, given or default.
  var isFilled: Bool { get }
}

/// What the parser and help need to know about a slot.
struct SlotDefinition: Sendable, Hashable {
  enum Kind: Sendable, Hashable {
    case positional
    case option
    /// A flag; the second list of names switches it off.
    case flag(inverted: [String])
  }

  var kind: Kind
  /// Names with dashes; empty for a positional argument.
  var names: [String]
  var valueName: String
  var arity: ArgumentArity
  var help: ArgumentHelp
  var defaultDescription: String?
  var allValues: [String]
  var isRequired: Bool

  /// The name that messages use: the longest spelling, or the value's name in angle brackets.
  var displayName: String {
    names.max { $0.count < $1.count } ?? "<\(valueName)>"
  }

  /// Every spelling, those that switch a flag off included.
  var allNames: [String] {
    if case .flag(let inverted) = kind { names + inverted } else { names }
  }
}

/// The shared storage of one slot, so that a parser can fill it through a reflected copy.
///
/// `@unchecked Sendable` holds because a parser fills it before its command runs, and nobody after that.
final class SlotStorage<Value>: @unchecked Sendable {
  var value: Value?
  /// Whether `value` came from the command line, so that the next word adds to it.
  var isGiven: Bool
  init(_ value: Value?, isGiven: Bool = false) { (self.value, self.isGiven) = (value, isGiven) }
}

extension SlotStorage where Value: ArgumentValue {
  func accept(_ word: String) throws(UnfitWord) {
    guard let element = Value.Word(argument: word) else { throw UnfitWord() }
    value = Value.appending(element, to: isGiven ? value : nil)
    isGiven = true
  }
}
