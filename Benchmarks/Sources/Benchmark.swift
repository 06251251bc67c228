import Datasets
import Networks
import Tensors

/// A piece of work whose set-up is not timed.
struct Benchmark: Sendable {
  let name: String
  let warmups: Int
  let runs: Int
  /// Does what is not timed and returns what is; a run returns a number by which peers can be told
  /// to do the same.
  let prepare: @Sendable (BenchmarkInput) throws -> () throws -> Double

  static let all = [logits, mlpStep, cnnStep, attack, smoothing] + bounds
}

/// The network and the data that Assay and its peers share.
struct BenchmarkInput {
  let network: Network
  let inputs: Tensor
  let labels: Tensor

  init(model: String, data: String) throws {
    network = try Network(onnx: model)
    let dataset = try DatasetLoader().load(path: data).prefix(1000)
    (inputs, labels) = (dataset.inputs, Tensor(try dataset.requiredLabels()))
  }
}
