import Arguments
import Audit
import Datasets
import Hardening
import Methods
import Models
import Networks
import Training

struct HardenCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "harden",
    abstract: "Harden a model: train it to withstand perturbations, and compare before and after.",
    discussion: """
      Training goes on from the model's parameters. Accuracies before and after are measured on the \
      validation share of the data. '--out' gets the hardened model as ONNX; it gives logits.
      """)

  private static let usual = "pgd"

  @OptionGroup var choice: MethodOptions

  @Option(help: "How the size of a perturbation is measured.")
  var norm = PerturbationNorm.linf

  @Option(help: "The largest perturbation to withstand, in input units (8/255 is 0.03137).")
  var radius: Float?

  @Option(
    help: "The array of the data's NPZ file with each example's group, for methods that need it.")
  var groups: String?

  @Option(help: "The number of epochs; 10 by default.")
  var epochs: Int?

  @Option(help: "The batch size; that of the method by default.")
  var batch: Int?

  @Option(help: "The highest learning rate; that of the method by default.")
  var rate: Double?

  @Option(
    help: "The optimizer, that of the method by default; its settings are optimizer.NAME=VALUE.")
  var optimizer: String?

  @Option(help: "The validation share of the data.")
  var validation = 0.2

  @Option(help: "The ONNX file to write the hardened model to.")
  var out: String?

  @OptionGroup var trial: TrialOptions

  func validate() throws {
    guard !choice.methods else { return }
    if let radius, !(radius >= 0 && radius.isFinite) {
      throw ValidationError("'--radius' must be a number from 0 up, but is \(radius).")
    }
    for (name, count) in [("--epochs", epochs), ("--batch", batch)]
    where !(1...1_000_000 ~= count ?? 1) {
      throw ValidationError("'\(name)' must be from 1 to 1000000, but is \(count!).")
    }
    if let rate, !(rate > 0 && rate.isFinite) {
      throw ValidationError("'--rate' must be above 0, but is \(rate).")
    }
    guard validation > 0, validation < 1 else {
      throw ValidationError("'--validation' must be between 0 and 1, but is \(validation).")
    }
  }

  func run() throws {
    let registry = MethodRegistry.hardeningMethods
    guard !choice.methods else { return print(registry.text(usual: Self.usual)) }
    let settings = TrainingChoices.byPrefix(choice.set)
    var own = choice
    own.set = choice.set.filter { !$0.hasPrefix("optimizer.") }
    let made = try own.make(from: registry, usual: Self.usual)
    var method = made.method
    let needs = type(of: method).needs
    if needs.contains(.perturbations), radius == nil {
      throw ValidationError("Missing '--radius', which the method '\(made.name)' needs.")
    }
    if needs.contains(.groups), groups == nil {
      throw ValidationError("Missing '--groups', which the method '\(made.name)' needs.")
    }
    method.recipe.epochs = epochs ?? method.recipe.epochs
    method.recipe.batchSize = batch ?? method.recipe.batchSize
    method.recipe.learningRate = rate ?? method.recipe.learningRate
    method.recipe.seed = trial.seed
    method.recipe.optimizer =
      try TrainingChoices.optimizer(
        optimizer, settings["optimizer"] ?? [], before: method.recipe.optimizer.choice)
      ?? method.recipe.optimizer
    let trained = method
    let (norm, radius, validation) = (norm, radius, validation)
    let (groups, data, limit) = (groups, trial.data ?? Installation.exampleData, trial.limit)
    try trial.run("harden: \(made.name)", settings: made.settings, out: out) { _ in
      let all = try groups.map { try NPZ(reading: data).array($0).integers }
      return HardeningTrial(
        made.name, trained, norm: norm, radius: radius,
        groups: all.map { Array($0.prefix(limit ?? $0.count)) }, validation: validation)
    } write: { outcome, path in
      try outcome.network!.write(onnx: path)
      return "Hardened model: \(path)"
    }
  }
}
