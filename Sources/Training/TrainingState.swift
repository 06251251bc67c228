import Datasets
import Foundation
import Models
import Networks
import Tensors

/// What a training run is at between two epochs, which is all that a checkpoint holds.
struct TrainingState {
  var network: Network
  var descent: Descent
  var generator: Generator
  private(set) var best: Network
  private(set) var epoch = 0
  private var bestLoss = Double.infinity
  private var epochsWithoutGain = 0

  init(network: Network, recipe: TrainingRecipe) throws {
    (self.network, best) = (network, network)
    descent = Descent(recipe)
    generator = Generator(seed: recipe.seed)
  }

  func isExhausted(patience: Int?) -> Bool {
    patience.map { epochsWithoutGain >= $0 } ?? false
  }

  /// Counts the epoch, and keeps the network if it is the best one so far.
  mutating func finishEpoch(validationLoss: Double?) {
    epoch += 1
    guard let validationLoss else {
      best = network
      return
    }
    if validationLoss < bestLoss || !bestLoss.isFinite {
      (bestLoss, best, epochsWithoutGain) = (validationLoss, network, 0)
    } else {
      epochsWithoutGain += 1
    }
  }

  /// The numbers of a checkpoint, beside its tensors.
  private struct Header: Codable {
    let recipe: TrainingRecipe
    let loss: String
    let epoch: Int
    let bestLoss: Double?
    let epochsWithoutGain: Int
    let generator: Generator
    let layout: [String]
  }

  /// Writes a checkpoint, which appears complete or not at all.
  ///
  /// - Throws: `DataError.cannotWrite`.
  func save(to path: String, recipe: TrainingRecipe, loss: any ScoreLoss) throws {
    let header = Header(
      recipe: recipe, loss: "\(loss)", epoch: epoch, bestLoss: bestLoss.isFinite ? bestLoss : nil,
      epochsWithoutGain: epochsWithoutGain, generator: generator,
      layout: network.parameters.layout.names)
    var arrays = [
      "header": Tensor([UInt8](try JSONEncoder().encode(header))),
      "parameters": network.parameters.values, "buffers": network.buffers.values,
      "best_parameters": best.parameters.values, "best_buffers": best.buffers.values,
    ]
    for (index, tensor) in descent.state.enumerated() { arrays["state_\(index)"] = tensor }
    try NPZ.write(arrays, to: path)
  }

  /// Continues from the checkpoint at `path`, if there is one.
  ///
  /// - Throws: `DataError` if it is damaged, `TrainingError.foreignCheckpoint` if it is another
  ///   run's.
  mutating func resume(
    from path: String, recipe: TrainingRecipe, loss: any ScoreLoss
  ) throws {
    guard FileManager.default.fileExists(atPath: path) else { return }
    let file = try NPZ(reading: path)
    let bytes = Data(try file.array("header").elements(as: UInt8.self))
    guard let header = try? JSONDecoder().decode(Header.self, from: bytes), header.recipe == recipe,
      header.loss == "\(loss)", header.layout == network.parameters.layout.names,
      try file.array("parameters").shape == network.parameters.values.shape,
      try file.array("buffers").shape == network.buffers.values.shape
    else { throw TrainingError.foreignCheckpoint(path: path) }
    func restored(_ prefix: String) throws -> Network {
      var twin = network
      twin.parameters = twin.parameters.with(values: try file.array("\(prefix)parameters"))
      twin.buffers = twin.buffers.with(values: try file.array("\(prefix)buffers"))
      return twin
    }
    (best, network) = (try restored("best_"), try restored(""))
    var state: [Tensor] = []
    while file.names.contains("state_\(state.count)") {
      state.append(try file.array("state_\(state.count)"))
    }
    descent.state = state
    (epoch, generator) = (header.epoch, header.generator)
    (bestLoss, epochsWithoutGain) = (header.bestLoss ?? .infinity, header.epochsWithoutGain)
  }
}
