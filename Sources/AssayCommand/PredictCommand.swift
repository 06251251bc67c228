import Arguments
import Datasets
import Models
import Networks
import Tensors

struct PredictCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "predict", abstract: "Write a model's scores for data.")

  @Argument(help: "An ONNX file.")
  var model: String

  @Argument(help: "Inputs: NPZ, NPY, CSV, IDX, or a folder of images.")
  var data: String

  @Option(help: "The NPZ file to write; it gets an array 'logits'.")
  var out: String

  @Option(help: "How many examples to evaluate at a time.")
  var batch = 256

  @OptionGroup var compute: ComputeOptions

  func validate() throws {
    guard batch > 0 else { throw ValidationError("'--batch' must be at least 1, but is \(batch).") }
  }

  func run() throws {
    let options = self
    try compute.run { progress in
      let network = try Network(onnx: options.model)
      let inputs = try DatasetLoader().load(path: options.data).inputs
      let count = inputs.size(0)
      var pieces: [Tensor] = []
      for start in stride(from: 0, to: count, by: options.batch) {
        try Task.checkCancellation()
        let end = min(start + options.batch, count)
        pieces.append(try network.output(of: inputs[start..<end]))
        progress.show(Double(end) / Double(count), "Evaluating")
      }
      progress.end()
      try NPZ.write(["logits": .concatenating(pieces)], to: options.out)
      print("Scores of \(count) examples: \(options.out)")
    }
  }
}
