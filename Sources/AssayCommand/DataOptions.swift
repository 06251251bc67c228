import Arguments
import Audit
import Datasets
import Foundation
import Models
import Networks

extension DataLayout: ExpressibleByArgument {}
extension ScoreKind: ExpressibleByArgument {}

/// How the data of a command are read for a network.
struct DataOptions: ParsableArguments {
  @Option(
    help: "How images lie in the data: channels first or last; they are transposed where needed.")
  var layout: DataLayout?

  /// Reads data in the shape that a network takes; what was done for it is said on standard error.
  func load(
    _ path: String, for network: Network, readsLabels: Bool = true, isQuiet: Bool
  ) throws -> Dataset {
    let fitted = try DatasetLoader(readsLabels: readsLabels).load(path: path)
      .fitted(to: network, layout: layout)
    if let note = fitted.note { Self.say(note, isQuiet: isQuiet) }
    return fitted.data
  }

  /// Says on standard error what the user should know about how inputs were read.
  static func say(_ note: String, isQuiet: Bool) {
    guard !isQuiet else { return }
    try? FileHandle.standardError.write(contentsOf: Data("Note: \(note)\n".utf8))
  }
}
