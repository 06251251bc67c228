import Arguments
import Attacks
import Audit
import Datasets
import Methods
import Models

struct AttackCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "attack",
    abstract: "Attack a model: robust accuracy within a radius, and adversarial examples.",
    discussion: """
      '--out' gets the arrays 'adversarial', 'indices', 'labels', 'predictions', 'fooled' and 'distances', one \
      row for each example, at most '--limit' of them, 500 spread evenly over the data by default. Inputs are clipped to the \
      data's range: 0 to 1 if all data are, else from the least to the greatest value.
      """)

  private static let usual = "pgd"

  @OptionGroup var choice: MethodOptions

  @Option(help: "How the size of a perturbation is measured.")
  var norm = PerturbationNorm.linf

  @Option(help: "The largest perturbation, in input units (8/255 is 0.03137).")
  var radius: Float?

  @Option(help: "The NPZ file to write the adversarial examples to.")
  var out: String?

  @OptionGroup var trial: TrialOptions

  func validate() throws {
    guard !choice.methods else { return }
    guard let radius else { throw ValidationError("Missing '--radius'.") }
    guard radius >= 0, radius.isFinite else {
      throw ValidationError("'--radius' must be a number from 0 up, but is \(radius).")
    }
  }

  func run() throws {
    let registry = MethodRegistry.attacks
    guard !choice.methods, let radius else { return print(registry.text(usual: Self.usual)) }
    let (name, settings, attack) = try choice.make(from: registry, usual: Self.usual)
    let norm = norm
    try trial.run("attack: \(name)", settings: settings, out: out) { _ in
      AttackTrial(name, attack, norm: norm, radius: radius)
    } write: { outcome, path in
      try NPZ.write(outcome.arrays, to: path)
      return "Adversarial examples: \(path)"
    }
  }
}
