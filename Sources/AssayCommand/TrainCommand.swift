import Architectures
import Arguments
import Datasets
import Foundation
import Models
import Networks
import Reports
import Tensors
import Training

extension StandardClassifier: ExpressibleByArgument {}

struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train", abstract: "Train a small classifier and write it as ONNX.",
    discussion: "Beside the model a file of the same name ending in .json tells how it was trained."
  )

  @Option(help: "Labelled data: NPZ, CSV, IDX, or a folder of images by class.")
  var data: String

  @Option(help: "What to train.")
  var model = StandardClassifier.smallCNN

  @Option(help: "How often to go through the data.")
  var epochs = 20

  @Option(help: "The ONNX file to write.")
  var out: String

  @Option(help: "How many examples to a step.")
  var batch = 64

  @Option(help: "The highest learning rate.")
  var rate = 0.002

  @Option(help: "The share of the data that is kept apart to judge by.")
  var validation = 0.1

  @Option(help: "Stop after so many epochs without a gain on the data kept apart.")
  var patience: Int?

  @Option(help: "Keep the state in this file after each epoch, and continue from it if it exists.")
  var checkpoint: String?

  @OptionGroup var compute: ComputeOptions

  func validate() throws {
    guard epochs > 0, batch > 0 else {
      throw ValidationError("'--epochs' and '--batch' must be at least 1.")
    }
    guard rate > 0, rate.isFinite else {
      throw ValidationError("'--rate' must be above 0, but is \(rate).")
    }
    guard (0..<1).contains(validation) else {
      throw ValidationError("'--validation' must be from 0 to below 1, but is \(validation).")
    }
    if let patience, patience < 1 {
      throw ValidationError("'--patience' must be at least 1, but is \(patience).")
    }
  }

  /// What the file beside the model says.
  private struct Record: Encodable {
    let model: String
    let data: String
    let recipe: TrainingRecipe
    let epochs: [Trainer.EpochReport]
  }

  func run() throws {
    let options = self
    try compute.run { progress in try options.train(progress) }
  }

  private func train(_ progress: ProgressLine) throws {
    let dataset = try DatasetLoader().load(path: data)
    _ = try dataset.requiredLabels()
    let recipe = TrainingRecipe(
      epochs: epochs, batchSize: batch, learningRate: rate, patience: patience, seed: compute.seed)
    var generator = Generator(seed: compute.seed)
    let parts = dataset.split(testFraction: validation, using: &generator)
    let network = try model.network(
      input: dataset.featureShape, classes: max(2, dataset.classCount), seed: compute.seed)
    var history: [Trainer.EpochReport] = []
    let trained = try Trainer(recipe, checkpoint: checkpoint).train(
      network, on: parts.training, validation: parts.test.count > 0 ? parts.test : nil
    ) { epoch in
      history.append(epoch)
      let accuracy =
        epoch.validationAccuracy.map { ", accuracy \(($0 * 1000).rounded() / 10) %" } ?? ""
      progress.show(
        Double(epoch.epoch) / Double(recipe.epochs),
        "Epoch \(epoch.epoch) of \(recipe.epochs): loss \((epoch.trainingLoss * 1e4).rounded() / 1e4)\(accuracy)"
      )
    }
    progress.end()
    try trained.write(onnx: out)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    let record = Record(model: model.rawValue, data: data, recipe: recipe, epochs: history)
    let recordPath = URL(fileURLWithPath: out).deletingPathExtension().path + ".json"
    try AtomicFile.write(try encoder.encode(record), to: recordPath)
    let last =
      history.last?.validationAccuracy.map {
        " It decides \(($0 * 1000).rounded() / 10) % of the data kept apart rightly."
      } ?? ""
    print("Trained \(model.rawValue) with \(trained.parameters.count) parameters: \(out)\(last)")
  }
}
