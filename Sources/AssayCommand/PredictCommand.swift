import Arguments
import Audit
import Datasets
import Networks
import Tensors

struct PredictCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "predict", abstract: "Write a model's scores for data.")

  @Argument(help: "An ONNX file.")
  var model: String

  @Argument(help: "Inputs: NPZ, NPY, CSV, IDX, or a folder of images.")
  var data: String

  @Option(help: "The NPZ file to write; it gets an array 'scores', as the model gives them.")
  var out: String

  @Option(help: "The batch size.")
  var batch = 256

  @OptionGroup var reading: ModelOptions

  @OptionGroup var source: DataOptions

  @OptionGroup var machine: MachineOptions

  func validate() throws {
    guard batch > 0 else {
      throw ValidationError("'--batch' must be at least 1, but is \(batch).")
    }
  }

  func run() throws {
    let options = self
    try machine.run { progress in try options.predict(progress) }
  }

  private func predict(_ progress: ProgressLine) throws {
    let pair = try reading.read(model, with: data, readsLabels: false)
    let network = pair.network
    try network.checkBudget()
    guard network.graph.outputType.dtype.isFloatingPoint else {
      throw AuditError.noClassifier(output: "\(network.graph.outputType)")
    }
    let inputs = try source.fit(pair, isQuiet: machine.quiet).inputs
    try OutputPath.check(file: out)
    try OutputPath.check([out], against: [model, data])
    let count = inputs.size(0)
    let size = network.affordableBatch(atMost: batch)
    var pieces: [Tensor] = []
    for start in stride(from: 0, to: count, by: size) {
      try Task.checkCancellation()
      let end = min(start + size, count)
      pieces.append(try network.output(of: inputs[start..<end]))
      progress.show(Double(end) / Double(count), "Evaluating")
    }
    progress.end()
    try NPZ.write(["scores": .concatenating(pieces)], to: out)
    print("Scores of \(count) examples: \(out)")
  }
}
