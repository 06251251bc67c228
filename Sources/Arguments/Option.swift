/// A named value: `--radius 0.1` or `--radius=0.1`.
///
/// A property without a default is required, unless it is optional. An array collects the values of
/// an option that is repeated; values given replace the default.
@propertyWrapper
public struct Option<Value: ArgumentValue> {
  private var storage: SlotStorage<Value>
  private let name: NameSpecification
  private let help: ArgumentHelp

  public init(wrappedValue: Value, name: NameSpecification = .long, help: ArgumentHelp = "") {
    storage = SlotStorage(wrappedValue)
    (self.name, self.help) = (name, help)
  }

  public init(name: NameSpecification = .long, help: ArgumentHelp = "") {
    storage = SlotStorage(Value.empty)
    (self.name, self.help) = (name, help)
  }

  /// - Precondition: the command was made by `parse`, or the property has a default or was set.
  public var wrappedValue: Value {
    get {
      guard let value = storage.value else {
        preconditionFailure("An option was read before its command was parsed.")
      }
      return value
    }
    set { storage = SlotStorage(newValue, isGiven: true) }
  }
}

extension Option: ArgumentSlot {
  var isFilled: Bool { storage.value != nil }

  func accept(_ word: String) throws(UnfitWord) { try storage.accept(word) }

  func definition(for property: String) -> SlotDefinition {
    let property = property.kebabCased
    return SlotDefinition(
      kind: .option, names: name.names(for: property), valueName: help.valueName ?? property,
      arity: Value.arity, help: help, defaultDescription: storage.value?.defaultDescription,
      allValues: Value.Word.allValueStrings, isRequired: storage.value == nil)
  }
}

extension Option: Sendable where Value: Sendable {}
