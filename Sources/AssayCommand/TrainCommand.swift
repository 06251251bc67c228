import Architectures
import Arguments
import Audit
import Datasets
import Foundation
import Methods
import Models
import Networks
import Tensors
import Training

extension StandardClassifier: ExpressibleByArgument {}

struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train", abstract: "Train a small classifier and write it as ONNX.",
    discussion: """
      Beside the model a file of the same name ending in .json tells how it was trained; \
      '--recipe' takes that file, and options change it.

      With '--certified' training aims at certified accuracy: 'ibp' and 'crown-ibp' within an L∞ \
      radius, 'lipschitz' within an L2 radius.

      With '--checkpoint' the same command goes on where it was stopped or killed, and writes the \
      same files as if it had not been, given the same machine and '--threads'.
      """)

  @Option(help: "Labeled data: NPZ, CSV, IDX, or a folder of images by class.")
  var data: String?

  @Option(help: "The architecture; small-cnn by default.")
  var model: StandardClassifier?

  @Option(help: "The number of epochs; 20 by default.")
  var epochs: Int?

  @Option(help: "The ONNX file to write.")
  var out: String?

  @Option(help: "The batch size; 64 by default.")
  var batch: Int?

  @Option(help: "The highest learning rate; 0.002 by default.")
  var rate: Double?

  @Option(help: "The optimizer; adamw by default.")
  var optimizer: String?

  @Option(help: "The loss; cross-entropy by default.")
  var loss: String?

  @Option(
    help:
      "A setting of optimizer or loss, as optimizer.NAME=VALUE or loss.NAME=VALUE; may be repeated."
  )
  var set: [String] = []

  @Flag(help: "List the optimizers, the losses and their settings, and do nothing else.")
  var methods = false

  @Option(help: "The radius of sharpness-aware minimization (SAM).")
  var sharpness: Double?

  @Option(help: "The validation share of the data; 0.1 by default.")
  var validation: Double?

  @Option(help: "Early stopping: stop after so many epochs without a lower validation loss.")
  var patience: Int?

  @Option(help: "Train by this recipe, a JSON file that an earlier training wrote.")
  var recipe: String?

  @Option(help: "Keep the state in this file after each epoch, and continue from it if it exists.")
  var checkpoint: String?

  @Option(help: "The random seed; 0 by default.")
  var seed: UInt64?

  @Option(help: "Certified training, with bounds of this kind.")
  var certified: CertifiedMethod?

  @Option(help: "The radius of certified training, in input units; 0.1 by default.")
  var radius: Float?

  @OptionGroup var machine: MachineOptions

  func validate() throws {
    guard !methods else { return }
    guard data != nil else { throw ValidationError("Missing '--data'.") }
    guard let out else { throw ValidationError("Missing '--out'.") }
    if let stray = TrainingChoices.byPrefix(set)[""]?.first {
      throw ValidationError(
        "'--set' takes optimizer.NAME=VALUE or loss.NAME=VALUE, but is '\(stray)'.")
    }
    let counts = [("--epochs", epochs), ("--batch", batch), ("--patience", patience)]
    for case (let name, let count?) in counts where !(1...1_000_000 ~= count) {
      throw ValidationError("'\(name)' must be from 1 to 1000000, but is \(count).")
    }
    if let rate, !(rate > 0 && rate.isFinite) {
      throw ValidationError("'--rate' must be above 0, but is \(rate).")
    }
    if let sharpness, !(sharpness > 0 && sharpness.isFinite) {
      throw ValidationError("'--sharpness' must be above 0, but is \(sharpness).")
    }
    if let validation, !(0..<1 ~= validation) {
      throw ValidationError("'--validation' must be from 0 to below 1, but is \(validation).")
    }
    if let radius, !(radius > 0 && radius.isFinite) {
      throw ValidationError("'--radius' must be above 0, but is \(radius).")
    }
    if radius != nil, certified == nil, recipe == nil {
      throw ValidationError("'--radius' needs '--certified'.")
    }
    if certified != nil, patience != nil {
      throw ValidationError("'--certified' does not go with '--patience'.")
    }
    if certified != nil, loss != nil {
      throw ValidationError("'--certified' has a loss of its own and does not go with '--loss'.")
    }
    let outputs = [URL(fileURLWithPath: out).path, Self.recordPath(of: out)]
    if outputs[0] == outputs[1] { throw ValidationError("'--out' must not end in .json.") }
    if let checkpoint, outputs.contains(URL(fileURLWithPath: checkpoint).path) {
      throw ValidationError("'--checkpoint' must be another file than '--out' and its .json.")
    }
  }

  func run() throws {
    guard !methods, let data, let out else {
      print("Optimizers:")
      print(MethodRegistry.optimizers.text(usual: "adamw", prefix: "optimizer."))
      print("Losses:")
      return print(MethodRegistry.losses.text(usual: "cross-entropy", prefix: "loss."))
    }
    let options = self
    try machine.run { progress in try options.train(on: data, out: out, progress) }
  }

  private static func recordPath(of out: String) -> String {
    URL(fileURLWithPath: out).deletingPathExtension().path + ".json"
  }

  /// What the recipe file says, changed by what the command line says.
  private func plan() throws -> TrainingRecord {
    var plan =
      try recipe.map(TrainingRecord.init(path:))
      ?? TrainingRecord(
        model: .smallCNN, validation: 0.1, recipe: TrainingRecipe(epochs: 20, learningRate: 0.002))
    plan.model = model ?? plan.model
    plan.validation = validation ?? plan.validation
    plan.recipe.epochs = epochs ?? plan.recipe.epochs
    plan.recipe.batchSize = batch ?? plan.recipe.batchSize
    plan.recipe.learningRate = rate ?? plan.recipe.learningRate
    let settings = TrainingChoices.byPrefix(set)
    plan.recipe.optimizer =
      try TrainingChoices.optimizer(
        optimizer, settings["optimizer"] ?? [], before: plan.recipe.optimizer.choice)
      ?? plan.recipe.optimizer
    if let loss = try TrainingChoices.loss(
      loss, settings["loss"] ?? [], before: plan.loss ?? MethodChoice(CrossEntropy()))
    {
      plan.loss = MethodChoice(loss)
    }
    if let sharpness { plan.recipe.sharpness = SharpnessAwareMinimization(radius: sharpness) }
    plan.recipe.patience = patience ?? plan.recipe.patience
    plan.recipe.seed = seed ?? plan.recipe.seed
    if let certified {
      plan.certified = CertifiedPlan(method: certified, radius: plan.certified?.radius ?? 0.1)
      // Bounds that are loose at first have slopes to match.
      if recipe == nil { plan.recipe.gradientNormLimit = 8 }
    }
    if let radius { plan.certified?.radius = radius }
    if plan.certified == nil, radius != nil {
      throw TrainingError.badRecipe(reason: "a radius, but no '--certified'")
    }
    try plan.check()
    return plan
  }

  private func train(on data: String, out: String, _ progress: ProgressLine) throws {
    var record = try plan()
    let recordPath = Self.recordPath(of: out)
    let recipe = record.recipe
    let dataset = try DatasetLoader().load(path: data)
    _ = try dataset.requiredLabels()
    // Refuses inputs that are no numbers.
    _ = try dataset.domain()
    for path in [out, recordPath] + (checkpoint.map { [$0] } ?? []) {
      try OutputPath.check(file: path)
    }
    var generator = Generator(seed: recipe.seed)
    let parts = dataset.split(testFraction: record.validation, using: &generator)
    let network = try record.model.network(
      input: dataset.featureShape, classes: max(2, dataset.classCount), seed: recipe.seed)
    let trained: Network
    if let certified = record.certified {
      var history: [CertifiedPlan.Epoch] = []
      trained = try certified.train(
        network, on: parts.training, by: recipe, checkpoint: checkpoint
      ) { epoch in
        history.append(epoch)
        progress.show(Double(epoch.epoch) / Double(recipe.epochs), Self.line(epoch, of: recipe))
      }
      record.certifiedEpochs = history
    } else {
      var history: [Trainer.EpochReport] = []
      trained = try Trainer(recipe, loss: try record.trainingLoss(), checkpoint: checkpoint).train(
        network, on: parts.training, validation: parts.test.count > 0 ? parts.test : nil
      ) { epoch in
        history.append(epoch)
        progress.show(Double(epoch.epoch) / Double(recipe.epochs), Self.line(epoch, of: recipe))
      }
      record.epochs = history
    }
    progress.end()
    record.data = .init(
      name: URL(fileURLWithPath: data).lastPathComponent,
      sha256: try FileDigest.sha256(ofFile: data))
    try trained.write(onnx: out)
    try AtomicFile.write(try record.json(), to: recordPath)
    print("Trained \(record.model.rawValue) with \(trained.parameters.count) parameters: \(out)")
    if let accuracy = record.epochs?.last?.validationAccuracy {
      print("Validation accuracy \(accuracy.percent) in the last epoch.")
    }
    if let certified = record.certified, parts.test.count > 0 {
      let accuracy = Predictions(
        logits: try trained.logits(of: parts.test.inputs, batchSize: 256),
        labels: Tensor(try parts.test.requiredLabels())
      ).accuracy.value
      let proven = try certified.provenAccuracy(trained, on: parts.test).value
      print(
        "Validation accuracy \(accuracy.percent), certified accuracy \(proven.percent) within radius "
          + "\(certified.radius).")
    }
  }

  private static func line(_ epoch: CertifiedPlan.Epoch, of recipe: TrainingRecipe) -> String {
    let loss = String(format: "%.4f", epoch.trainingLoss)
    let proven = epoch.provenShare.map { ", certified \($0.percent)" } ?? ""
    let radius = epoch.radius.map { String(format: " at radius %.3g", $0) } ?? ""
    return "Epoch \(epoch.epoch) of \(recipe.epochs): loss \(loss)\(proven)\(radius)"
  }

  private static func line(_ epoch: Trainer.EpochReport, of recipe: TrainingRecipe) -> String {
    let loss = String(format: "%.4f", epoch.trainingLoss)
    let accuracy = epoch.validationAccuracy.map { ", accuracy \($0.percent)" } ?? ""
    return "Epoch \(epoch.epoch) of \(recipe.epochs): loss \(loss)\(accuracy)"
  }
}
