import Datasets
import Foundation
import Networks
import Tensors

/// The file that a training run keeps its state in, and what tells the run from others.
package struct TrainingCheckpoint: Sendable {
  private let path: String
  private let run: Run

  /// What a run that goes on must have in common with the one that began.
  private struct Run: Codable {
    let recipe: TrainingRecipe
    let loss: String
    let network: String
    let data: String
  }

  /// The numbers of a state, beside its tensors.
  private struct Progress<Report: Codable>: Codable {
    let generator: Generator
    let reports: [Report]
  }

  /// - `loss`: what is minimized, with all of its settings, as text.
  /// - `network`: the network, of which the operations count; values may be any.
  /// - `data`: all that the run looks at, in order.
  package init(
    at path: String, recipe: TrainingRecipe, loss: String, network: Network, data: [Dataset]
  ) {
    let nodes = network.graph.nodes.map { "\($0.operation) \($0.operands) \($0.type)" }
    let names = network.parameters.layout.names + network.buffers.layout.names
    run = Run(
      recipe: recipe, loss: loss, network: FileDigest.sha256(of: Data("\(nodes + names)".utf8)),
      data: data.map(\.digest).joined(separator: " "))
    self.path = path
  }

  /// - Throws: `DataError.cannotWrite`.
  func save<Report>(_ state: TrainingState<Report>) throws {
    // A validation loss may be infinite.
    let encoder = JSONEncoder()
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    let progress = Progress(generator: state.generator, reports: state.reports)
    var arrays = [
      "run": Tensor([UInt8](try encoder.encode(run))),
      "progress": Tensor([UInt8](try encoder.encode(progress))), "values": state.values,
    ]
    for (name, tensor) in state.extras { arrays["extra_\(name)"] = tensor }
    for (index, tensor) in state.descent.state.enumerated() { arrays["descent_\(index)"] = tensor }
    try NPZ.write(arrays, to: path)
  }

  /// Puts what the file holds into a state that is at its beginning; does nothing without a file.
  ///
  /// - Throws: `TrainingError.foreignCheckpoint`, `.brokenCheckpoint`, and `DataError` if the file
  ///   cannot be opened.
  func restore<Report>(_ state: inout TrainingState<Report>) throws {
    guard FileManager.default.fileExists(atPath: path) else { return }
    do {
      let file = try NPZ(reading: path)
      try checkRun(of: file)
      let progress = try decoded(Progress<Report>.self, "progress", of: file)
      guard 1...run.recipe.epochs ~= progress.reports.count else { throw broken }
      var restored = state
      restored.values = try array("values", like: state.values, of: file)
      for (name, tensor) in state.extras {
        restored.extras[name] = try array("extra_\(name)", like: tensor, of: file)
      }
      restored.descent.state = try state.descent.firstState(from: state.values).enumerated().map {
        try array("descent_\($0)", like: $1, of: file)
      }
      (restored.generator, restored.reports) = (progress.generator, progress.reports)
      state = restored
    } catch let error as DataError {
      if case .unreadable = error { throw error }
      throw broken
    }
  }

  private var broken: TrainingError { .brokenCheckpoint(path: path) }

  private func checkRun(of file: NPZ) throws {
    let other = try decoded(Run.self, "run", of: file)
    let parts = [
      ("network", other.network == run.network), ("loss or radius", other.loss == run.loss),
      ("recipe", other.recipe == run.recipe), ("data set", other.data == run.data),
    ]
    for (part, isEqual) in parts where !isEqual {
      throw TrainingError.foreignCheckpoint(path: path, part: part)
    }
  }

  private func decoded<Value: Decodable>(
    _ type: Value.Type, _ name: String, of file: NPZ
  ) throws -> Value {
    let bytes = try file.array(name)
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    guard bytes.dtype == .uint8,
      let value = try? decoder.decode(type, from: Data(bytes.elements(as: UInt8.self)))
    else { throw broken }
    return value
  }

  /// Reads an array of the shape, type and device that `model` has.
  private func array(_ name: String, like model: Tensor, of file: NPZ) throws -> Tensor {
    let array = try file.array(name)
    // The format knows no bfloat16, which is stored in single precision.
    let stored = model.dtype == .bfloat16 ? .float32 : model.dtype
    guard array.shape == model.shape, array.dtype == stored else { throw broken }
    return array.cast(to: model.dtype).moved(to: model.device)
  }
}
