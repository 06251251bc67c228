import Arguments
import Audit
import Datasets
import Explanation
import Methods

struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Explain predictions: attribution maps, and how well they order features.",
    discussion: """
      '--out' gets the arrays 'maps', 'indices', 'classes' and 'labels', one row for each explained \
      example: those of '--index', else the first ones, at most 64.
      """)

  private static let usual = "integrated-gradients"

  @OptionGroup var choice: MethodOptions

  @Option(help: "The example to explain, counted from 0; may be repeated.")
  var index: [Int] = []

  @Option(help: "The class to explain, by number; the predicted one if nothing is said.")
  var target: Int?

  @Option(help: "The NPZ file to write the maps to.")
  var out: String?

  @OptionGroup var trial: TrialOptions

  func run() throws {
    let registry = MethodRegistry.attributions
    guard !choice.methods else { return print(registry.text(usual: Self.usual)) }
    let (name, settings, method) = try choice.make(from: registry, usual: Self.usual)
    let (indices, target) = (index.isEmpty ? nil : index, target)
    try trial.run("explain: \(name)", settings: settings, out: out, needsLabels: false) { _ in
      ExplanationTrial(name, method, indices: indices, target: target)
    } write: { outcome, path in
      try NPZ.write(outcome.arrays, to: path)
      return "Attribution maps: \(path)"
    }
  }
}
