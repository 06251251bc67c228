import Spelling

/// The methods of a room, by name.
public struct MethodRegistry<Verb>: Sendable {
  /// What the room's command is called, such as `attack`.
  public let command: String
  /// By name.
  public let entries: [MethodEntry]

  /// - Precondition: names are unique, and every method is a `Verb`.
  public init(command: String, _ methods: [any Method.Type]) {
    self.command = command
    entries = methods.map { MethodEntry($0) }.sorted { $0.name < $1.name }
    precondition(
      Set(entries.map(\.name)).count == entries.count, "two methods of '\(command)' have one name")
    precondition(methods.allSatisfy { $0.init() is Verb }, "a method is no \(Verb.self)")
  }

  public var names: [String] { entries.map(\.name) }

  /// - Throws: `MethodError.unknownMethod`.
  public func entry(_ name: String) throws(MethodError) -> MethodEntry {
    guard let entry = entries.first(where: { $0.name == name }) else {
      throw .unknownMethod(name, command: command, known: names)
    }
    return entry
  }

  /// Makes a method with its defaults but for what `settings` say, each `NAME=VALUE`.
  ///
  /// - Throws: `MethodError`.
  public func make(_ name: String, settings: [String] = []) throws(MethodError) -> Verb {
    try entry(name).make(settings) as! Verb
  }
}

/// A method of a registry.
public struct MethodEntry: Sendable {
  public let name: String
  public let summary: String
  public let family: String
  public let access: ModelAccess
  public let origin: MethodOrigin
  public let settings: [SettingDescription]
  /// What the method's type is called.
  public let typeName: String
  private let maker: @Sendable ([String]) throws(MethodError) -> any Method

  init<Root: Method>(_ type: Root.Type) {
    let description = type.description
    (name, summary, family) = (description.name, description.summary, description.family)
    (access, origin, typeName) = (type.access, description.origin, "\(type)")
    let defaults = Root()
    settings = description.settings.map {
      SettingDescription(
        name: $0.name, values: $0.values, defaultValue: $0.read(defaults), meaning: $0.meaning)
    }
    maker = { (assignments) throws(MethodError) in
      var root = Root()
      for assignment in assignments { try root.set(assignment) }
      return root
    }
  }

  /// Makes the method with its defaults but for what `settings` say, each `NAME=VALUE`.
  ///
  /// - Throws: `MethodError`.
  public func make(_ settings: [String]) throws(MethodError) -> any Method { try maker(settings) }
}

/// A setting, as tables show it.
public struct SettingDescription: Sendable, Hashable {
  public let name: String
  /// What values there are.
  public let values: String
  public let defaultValue: String
  public let meaning: String
}

extension Method {
  /// Changes one setting as `NAME=VALUE` says.
  ///
  /// - Throws: `MethodError`.
  public mutating func set(_ assignment: String) throws(MethodError) {
    let description = Self.description
    guard let sign = assignment.firstIndex(of: "="), sign != assignment.startIndex else {
      throw .noAssignment(assignment)
    }
    let name = String(assignment[..<sign])
    let value = String(assignment[assignment.index(after: sign)...])
    guard let setting = description.settings.first(where: { $0.name == name }) else {
      throw .unknownSetting(
        name, method: description.name, known: description.settings.map(\.name))
    }
    guard setting.write(&self, value) else {
      throw .badValue(value, setting: name, values: setting.values)
    }
  }

  /// The settings as they are, each `NAME=VALUE`.
  public var settings: [String] {
    Self.description.settings.map { "\($0.name)=\($0.read(self))" }
  }
}

/// Why a method cannot be made as asked.
public enum MethodError: Error, Hashable, Sendable, CustomStringConvertible {
  case unknownMethod(String, command: String, known: [String])
  case unknownSetting(String, method: String, known: [String])
  case badValue(String, setting: String, values: String)
  case noAssignment(String)

  public var description: String {
    switch self {
    case .unknownMethod(let name, let command, let known):
      "'\(command)' has no method '\(name)'.\(hint(name, known)) "
        + "There are: \(known.joined(separator: ", "))."
    case .unknownSetting(let name, let method, let known):
      known.isEmpty
        ? "The method '\(method)' has no settings."
        : "The method '\(method)' has no setting '\(name)'.\(hint(name, known)) "
          + "There are: \(known.joined(separator: ", "))."
    case .badValue(let value, let setting, let values):
      "'\(value)' is no value of '\(setting)', which takes: \(values)."
    case .noAssignment(let text): "'\(text)' sets nothing; write NAME=VALUE."
    }
  }

  private func hint(_ word: String, _ known: [String]) -> String {
    word.nearest(among: known).map { " Did you mean '\($0)'?" } ?? ""
  }
}
