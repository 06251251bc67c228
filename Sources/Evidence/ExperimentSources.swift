import Datasets
import Foundation

/// The sources of a package, by which a record tells whether its experiment or method changed since.
public struct ExperimentSources: Sendable {
  /// Where methods and experiments live, and what floors below them may change without a new
  /// verdict: tests hold those to their values.
  private static let floorsBelow: Set = [
    "Arguments", "AssayCommand", "Audit", "Catalogue", "Datasets", "Desk", "Evidence", "Methods",
    "Models", "Networks", "Reports", "Service", "Spelling", "Tensors",
  ]

  /// The tokens of each source file of the rooms, by path.
  private let files: [String: String]
  /// The paths that declare a type or a function, by its name.
  private let declarations: [String: Set<String>]

  /// Reads the sources of the package at `root`; nil if there are none.
  public init?(root: String) {
    let folder = root + "/Sources"
    guard let paths = FileManager.default.enumerator(atPath: folder) else { return nil }
    var files: [String: String] = [:]
    for case let path as String in paths where path.hasSuffix(".swift") {
      let room = String(path.prefix { $0 != "/" })
      guard !Self.floorsBelow.contains(room),
        let text = try? String(contentsOfFile: "\(folder)/\(path)", encoding: .utf8)
      else { continue }
      files[path] = Self.withoutComments(text)
    }
    guard !files.isEmpty else { return nil }
    self.files = files
    var declarations: [String: Set<String>] = [:]
    for (path, text) in files where !path.hasSuffix("Experiment.swift") {
      for match in text.matches(of: /\b(?:struct|enum|class|actor|protocol|func) (\w+)/) {
        declarations[String(match.1), default: []].insert(path)
      }
    }
    self.declarations = declarations
  }

  /// The digest of the file of `experiment`, of those that declare the types that it names, and of
  /// those that declare the functions that it lists as methods; nil if it has no file here.
  ///
  /// Comments and line breaks do not count.
  public func digest(of experiment: any Experiment) -> String? {
    let kind = type(of: experiment)
    guard let own = files.keys.first(where: { $0.hasSuffix("/\(kind).swift") }) else { return nil }
    let types = files[own]!.matches(of: /\b[A-Z]\w+/).map { String($0.0) }
    let functions = kind.methods.flatMap { method in
      method.prefix { $0 != "(" }.split(separator: ".").map(String.init)
    }
    let used = Set(types + functions).compactMap { declarations[$0] }.reduce(into: Set([own])) {
      $0.formUnion($1)
    }
    let lines = used.sorted().map { "\($0)\n\(files[$0]!)\n" }
    return FileDigest.sha256(of: Data(lines.joined().utf8))
  }

  /// The text with comments cut and runs of white space made one blank.
  private static func withoutComments(_ text: String) -> String {
    text.split(separator: "\n")
      .filter { !$0.drop { $0 == " " }.hasPrefix("//") }
      .flatMap { $0.split(separator: " ") }.joined(separator: " ")
  }
}

extension EvidenceRecord {
  /// Whether the experiment or a method of it changed since the record was made; a record that says
  /// nothing of its sources is stale.
  public func isStale(_ sources: ExperimentSources, _ experiment: any Experiment) -> Bool {
    guard let digest = sources.digest(of: experiment) else { return false }
    return provenance.sources != digest
  }
}
