import Datasets
import Foundation
import Models
import Networks
import Tensors
import TestSupport
import Testing
import Training

struct TrainingCheckpointTests {
  private struct Cut: Error {}

  @Test("A training that was cut goes on to the same bits and reports as one that was not")
  func resume() throws {
    try TestFiles.withTemporaryFolder { folder in
      let recipe = TrainingRecipe(
        epochs: 6, batchSize: 16, sharpness: SharpnessAwareMinimization(), patience: 50, seed: 3)
      let (data, judge) = (try Blobs.dataset(), try Blobs.dataset(32, seed: 5))
      var expected: [Trainer.EpochReport] = []
      let whole = try Trainer(recipe).train(Blobs.network(), on: data, validation: judge) {
        expected.append($0)
      }
      let trainer = Trainer(recipe, checkpoint: folder + "/state.npz")
      for last in [2, 3] {
        #expect(throws: Cut.self) {
          try trainer.train(Blobs.network(), on: data, validation: judge) {
            if $0.epoch == last { throw Cut() }
          }
        }
      }
      // The second time nothing is left to do.
      for _ in 0..<2 {
        var reports: [Trainer.EpochReport] = []
        let resumed = try trainer.train(Blobs.network(seed: 9), on: data, validation: judge) {
          reports.append($0)
        }
        #expect(reports == expected)
        #expect(resumed.parameters.values.bytes() == whole.parameters.values.bytes())
      }
    }
  }

  @Test("Patience counts across a cut")
  func patience() throws {
    let judge = try Blobs.dataset(32, seed: 4)
    let opposite = try Dataset(
      name: "opposite", inputs: judge.inputs, labels: judge.requiredLabels().map { 1 - $0 })
    let recipe = TrainingRecipe(
      epochs: 30, batchSize: 16, learningRate: 0.02, schedule: .constant, patience: 3)
    let data = try Blobs.dataset()
    try TestFiles.withTemporaryFolder { folder in
      let whole = try Trainer(recipe).train(Blobs.network(), on: data, validation: opposite)
      let trainer = Trainer(recipe, checkpoint: folder + "/state.npz")
      #expect(throws: Cut.self) {
        try trainer.train(Blobs.network(), on: data, validation: opposite) {
          if $0.epoch == 3 { throw Cut() }
        }
      }
      var epochs: [Int] = []
      let resumed = try trainer.train(Blobs.network(), on: data, validation: opposite) {
        epochs.append($0.epoch)
      }
      #expect(epochs == [1, 2, 3, 4])
      #expect(resumed.parameters.values.bytes() == whole.parameters.values.bytes())
    }
  }

  @Test("Running statistics of a finished run come from its checkpoint")
  func buffers() throws {
    let network = try Network(input: [2], seed: 1) {
      BatchNorm()
      Linear(2)
    }
    try TestFiles.withTemporaryFolder { folder in
      let trainer = Trainer(TrainingRecipe(epochs: 2), checkpoint: folder + "/state.npz")
      let first = try trainer.train(network, on: Blobs.dataset())
      let again = try trainer.train(network, on: Blobs.dataset())
      #expect(first.buffers.values.bytes() == again.buffers.values.bytes())
      #expect(first.buffers.values.bytes() != network.buffers.values.bytes())
    }
  }

  @Test("A checkpoint of another run is refused, says in what it differs, and stays as it was")
  func foreign() throws {
    try TestFiles.withTemporaryFolder { folder in
      let path = folder + "/state.npz"
      let (data, recipe) = (try Blobs.dataset(), TrainingRecipe(epochs: 1))
      _ = try Trainer(recipe, checkpoint: path).train(Blobs.network(), on: data)
      let before = FileManager.default.contents(atPath: path)
      func refused(
        _ part: String, _ trainer: Trainer, _ network: Network, _ data: Dataset,
        validation: Dataset? = nil
      ) {
        #expect(throws: TrainingError.foreignCheckpoint(path: path, part: part)) {
          try trainer.train(network, on: data, validation: validation)
        }
      }
      let trainer = Trainer(recipe, checkpoint: path)
      let other = TrainingRecipe(epochs: 2)
      refused("recipe", Trainer(other, checkpoint: path), try Blobs.network(), data)
      let loss = CompSumLoss(tau: 0.5)
      refused(
        "loss or radius", Trainer(recipe, loss: loss, checkpoint: path), try Blobs.network(), data)
      // As many parameters, of the same shapes.
      let smooth = try Network(input: [2], seed: 2) {
        Linear(8)
        Activation(.tanh)
        Linear(2)
      }
      refused("network", trainer, smooth, data)
      refused("data set", trainer, try Blobs.network(), try Blobs.dataset(seed: 7))
      refused("data set", trainer, try Blobs.network(), data, validation: data)
      #expect(FileManager.default.contents(atPath: path) == before)
    }
  }

  @Test("A file that is no checkpoint, or a broken one, is refused and stays as it was")
  func broken() throws {
    try TestFiles.withTemporaryFolder { folder in
      let path = folder + "/state.npz"
      let trainer = Trainer(TrainingRecipe(epochs: 1), checkpoint: path)
      _ = try trainer.train(Blobs.network(), on: Blobs.dataset())
      let whole = try #require(FileManager.default.contents(atPath: path))
      func isRefused() throws {
        let before = FileManager.default.contents(atPath: path)
        #expect(throws: TrainingError.brokenCheckpoint(path: path)) {
          try trainer.train(Blobs.network(), on: Blobs.dataset())
        }
        #expect(FileManager.default.contents(atPath: path) == before)
      }
      for bytes in [Data(), Data("no archive".utf8), whole.prefix(whole.count / 2)] {
        try bytes.write(to: URL(fileURLWithPath: path))
        try isRefused()
      }
      try Blobs.dataset().write(to: path)
      try isRefused()

      try whole.write(to: URL(fileURLWithPath: path))
      let file = try NPZ(reading: path)
      let arrays = try Dictionary(
        uniqueKeysWithValues: file.names.map { ($0, try file.array($0)) })
      for (name, array) in arrays {
        for wrong in [array.cast(to: .bool), array.expandedDimension(at: 0), nil] {
          // The header's bytes count, not their shape.
          if wrong?.dtype == .uint8 { continue }
          var changed = arrays
          changed[name] = wrong
          try NPZ.write(changed, to: path)
          try isRefused()
        }
      }
    }
  }
}
