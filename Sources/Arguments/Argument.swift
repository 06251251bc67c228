/// A positional argument: `assay inspect MODEL`.
///
/// Arguments are filled in the order they are declared. A property without a default is required,
/// unless it is optional; an array takes every word that is left.
@propertyWrapper
public struct Argument<Value: ArgumentValue> {
  private var storage: SlotStorage<Value>
  private let help: ArgumentHelp

  public init(wrappedValue: Value, help: ArgumentHelp = "") {
    storage = SlotStorage(wrappedValue)
    self.help = help
  }

  public init(help: ArgumentHelp = "") {
    storage = SlotStorage(Value.empty)
    self.help = help
  }

  /// - Precondition: the command was made by `parse`, or the property has a default or was set.
  public var wrappedValue: Value {
    get {
      guard let value = storage.value else {
        preconditionFailure("An argument was read before its command was parsed.")
      }
      return value
    }
    set { storage = SlotStorage(newValue, isGiven: true) }
  }
}

extension Argument: ArgumentSlot {
  var isFilled: Bool { storage.value != nil }

  func accept(_ word: String) throws(UnfitWord) { try storage.accept(word) }

  func definition(for property: String) -> SlotDefinition {
    SlotDefinition(
      kind: .positional, names: [], valueName: help.valueName ?? property.kebabCased,
      arity: Value.arity, help: help, defaultDescription: storage.value?.defaultDescription,
      allValues: Value.Word.allValueStrings, isRequired: storage.value == nil)
  }
}

extension Argument: Sendable where Value: Sendable {}
