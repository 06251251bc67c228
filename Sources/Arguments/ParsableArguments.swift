/// A type whose wrapped properties are filled from the command line.
public protocol ParsableArguments: SendableMetatype {
  /// Makes an instance with every default in place and nothing parsed.
  init()
  /// Checks what no single property can; called once everything is parsed.
  ///
  /// - Throws: `ValidationError` to answer with exit code 64.
  func validate() throws
}

extension ParsableArguments {
  public func validate() throws {}

  /// The slots of this instance in order of declaration, those of its groups in their place.
  var slots: [(slot: any ArgumentSlot, definition: SlotDefinition)] {
    Mirror(reflecting: self).children.flatMap {
      child -> [(slot: any ArgumentSlot, definition: SlotDefinition)] in
      if let group = child.value as? any AnyOptionGroup { return group.arguments.slots }
      guard let slot = child.value as? any ArgumentSlot else { return [] }
      let property = (child.label ?? "").drop { $0 == "_" }
      return [(slot, slot.definition(for: String(property)))]
    }
  }

  /// Runs the checks of every group, then this type's own.
  func validateAll() throws {
    for child in Mirror(reflecting: self).children {
      if let group = child.value as? any AnyOptionGroup { try group.arguments.validateAll() }
    }
    try validate()
  }
}
