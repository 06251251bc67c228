/// How a flag is switched off.
public enum FlagInversion: Sendable, Hashable {
  /// `--color` and `--no-color`.
  case prefixedNo
  /// `--enable-color` and `--disable-color`.
  case prefixedEnableDisable
}

/// A switch without a value: `--quiet`.
@propertyWrapper
public struct Flag: Sendable {
  private var storage: SlotStorage<Bool>
  private let name: NameSpecification
  private let inversion: FlagInversion?
  private let help: ArgumentHelp

  public init(
    wrappedValue: Bool, name: NameSpecification = .long, inversion: FlagInversion? = nil,
    help: ArgumentHelp = ""
  ) {
    storage = SlotStorage(wrappedValue)
    (self.name, self.inversion, self.help) = (name, inversion, help)
  }

  public var wrappedValue: Bool {
    get { storage.value ?? false }
    set { storage = SlotStorage(newValue, isGiven: true) }
  }
}

extension Flag: ArgumentSlot {
  var isFilled: Bool { true }

  /// Takes `true` or `false`; the parser decides which from the spelling of the flag.
  func accept(_ word: String) throws(UnfitWord) { try storage.accept(word) }

  func definition(for property: String) -> SlotDefinition {
    var names = name.names(for: property.kebabCased)
    var inverted: [String] = []
    let longs = names.filter { $0.hasPrefix("--") }.map { $0.dropFirst(2) }
    switch inversion {
    case nil: break
    case .prefixedNo: inverted = longs.map { "--no-\($0)" }
    case .prefixedEnableDisable:
      names = names.filter { !$0.hasPrefix("--") } + longs.map { "--enable-\($0)" }
      inverted = longs.map { "--disable-\($0)" }
    }
    let shown = inversion == nil ? nil : (wrappedValue ? names : inverted).last
    return SlotDefinition(
      kind: .flag(inverted: inverted), names: names, valueName: property.kebabCased, arity: .one,
      help: help, defaultDescription: shown, allValues: [], isRequired: false)
  }
}
