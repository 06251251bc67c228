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

  /// Data in the shape that a network takes; what was done for it is said on standard error.
  func fit(_ pair: ModelOptions.Pair, isQuiet: Bool) throws -> Dataset {
    for note in pair.notes { Self.say(note, isQuiet: isQuiet) }
    let fitted = try pair.data.fitted(to: pair.network, layout: layout)
    if let note = fitted.note { Self.say(note, isQuiet: isQuiet) }
    return fitted.data
  }

  /// Says on standard error what the user should know about how inputs were read.
  static func say(_ note: String, isQuiet: Bool) {
    guard !isQuiet else { return }
    try? FileHandle.standardError.write(contentsOf: Data("Note: \(note)\n".utf8))
  }
}
