import Arguments
import Methods

/// Which method of a room a command uses, and how it is set.
struct MethodOptions: ParsableArguments {
  @Option(help: "The method, by name; '--methods' lists them.")
  var method: String?

  @Option(help: "A setting of the method, as NAME=VALUE; may be repeated.")
  var set: [String] = []

  @Flag(help: "List the methods and their settings, and do nothing else.")
  var methods = false

  /// The method as asked for, or the room's usual one, and its settings as they are.
  ///
  /// - Throws: `ValidationError` if there is no such method or setting.
  func make<Verb>(
    from registry: MethodRegistry<Verb>, usual: String
  ) throws -> (name: String, settings: [String], method: Verb) {
    let name = method ?? usual
    do {
      let method = try registry.make(name, settings: set)
      return (name, (method as! any Method).settings, method)
    } catch {
      throw ValidationError("\(error)")
    }
  }
}

extension MethodRegistry {
  /// The methods and their settings as lines of text.
  ///
  /// - `prefix`: what comes before the names of settings.
  func text(usual: String, prefix: String = "") -> String {
    let width = entries.map(\.name.count).max() ?? 0
    return entries.map { entry in
      let mark = entry.name == usual ? " (default)" : ""
      let settings = entry.settings.map { setting in
        "      --set \(prefix)\(setting.name)=\(setting.defaultValue)  \(setting.meaning) "
          + "[\(setting.values)]"
      }
      let head =
        "  \(entry.name.padded(to: width))  \(entry.summary)\(mark) Sees: \(entry.access.rawValue). "
        + "\(entry.origin.text)"
      return ([head] + settings).joined(separator: "\n")
    }.joined(separator: "\n")
  }
}

extension MethodOrigin {
  /// Where the method comes from, as tables say it.
  var text: String {
    switch self {
    case .paper(let paper): "Paper: \(paper), see 'assay papers show \(paper)'."
    case .yardstick(let source): source + "."
    }
  }
}
