import Certification
import Datasets
import Foundation
import Models
import Networks
import Tensors
import TestSupport
import Testing
import Training

struct CertifiedTrainingCheckpointTests {
  private struct Cut: Error {}

  private static let methods: [CertifiedTraining.Method] = [.interval, .crownInterval()]

  /// The last batch of nine has one example.
  private static let recipe = TrainingRecipe(epochs: 4, batchSize: 8, learningRate: 0.01, seed: 3)

  private static func data(seed: UInt64 = 1) throws -> Dataset {
    var generator = Generator(seed: seed)
    let inputs = Tensor.uniform([25, 1, 4, 4], in: 0...1, using: &generator)
    return try Dataset(name: "noise", inputs: inputs, labels: (0..<25).map { $0 % 3 })
  }

  private static func network(_ activation: Activation = Activation(.relu)) throws -> Network {
    try Network(input: [1, 4, 4], seed: 4) {
      Conv2d(3, kernel: 3)
      BatchNorm()
      activation
      Flatten()
      Linear(3)
    }
  }

  private static func training(
    _ method: CertifiedTraining.Method, checkpoint: String? = nil
  ) throws -> CertifiedTraining {
    CertifiedTraining(
      method, within: try LinfBall(radius: 0.05), recipe: recipe, checkpoint: checkpoint)
  }

  @Test(
    "Training by bounds that was cut goes on to the same bits and reports", arguments: methods)
  func resume(_ method: CertifiedTraining.Method) throws {
    let data = try Self.data()
    // Statistics that a batch of one example is normalized by.
    let network = try Self.network().recalibratingStatistics(on: [data.inputs])
    var expected: [CertifiedTraining.EpochReport] = []
    let whole = try Self.training(method).train(network, on: data) { expected.append($0) }
    try TestFiles.withTemporaryFolder { folder in
      let training = try Self.training(method, checkpoint: folder + "/state.npz")
      for last in [1, 3] {
        #expect(throws: Cut.self) {
          try training.train(network, on: data) { if $0.epoch == last { throw Cut() } }
        }
      }
      for _ in 0..<2 {
        var reports: [CertifiedTraining.EpochReport] = []
        let resumed = try training.train(Self.network(), on: data) { reports.append($0) }
        #expect(reports == expected)
        #expect(resumed.parameters.values.bytes() == whole.parameters.values.bytes())
        #expect(resumed.buffers.values.bytes() == whole.buffers.values.bytes())
      }
    }
  }

  @Test("Training for margins that was cut goes on to the same bits and losses")
  func resumeMargins() throws {
    var generator = Generator(seed: 5)
    let data = try Dataset(
      name: "noise", inputs: .uniform([50, 2], in: 0...1, using: &generator),
      labels: (0..<50).map { $0 % 4 })
    let plain = try Network(input: [2], seed: 3) {
      Linear(8)
      MaxMin()
      Linear(4)
    }
    let starts = [
      try Parametrization(plain),
      try LipschitzNetwork(layers: [2, 8, 4], bound: 20).parametrization(seed: 3),
    ]
    for start in starts {
      var method = LipschitzMarginTraining(Self.recipe, loss: .emma(radius: 0.1))
      var expected: [Double] = []
      let whole = try method.train(start, on: data) { expected.append($1) }
      try TestFiles.withTemporaryFolder { folder in
        method.checkpoint = folder + "/state.npz"
        for last in [1, 3] {
          #expect(throws: Cut.self) {
            try method.train(start, on: data) { epoch, _ in if epoch == last { throw Cut() } }
          }
        }
        for _ in 0..<2 {
          var losses: [Double] = []
          let resumed = try method.train(start, on: data) { losses.append($1) }
          #expect(losses == expected)
          #expect(resumed.free.values.bytes() == whole.free.values.bytes())
        }
        method.rounds += 1
        let foreign = TrainingError.foreignCheckpoint(
          path: folder + "/state.npz", part: "loss or radius")
        #expect(throws: foreign) { try method.train(start, on: data) }
      }
    }
  }

  @Test("A checkpoint of another run is refused, says in what it differs, and stays as it was")
  func foreign() throws {
    try TestFiles.withTemporaryFolder { folder in
      let path = folder + "/state.npz"
      let data = try Self.data()
      _ = try Self.training(.interval, checkpoint: path).train(Self.network(), on: data)
      let before = FileManager.default.contents(atPath: path)
      let training = try Self.training(.interval, checkpoint: path)
      var (linear, wider, late, strict, longer) = (training, training, training, training, training)
      linear.method = .crownInterval()
      wider.set = try LinfBall(radius: 0.06)
      late.growth = Ramp(from: 0.5, to: 1)
      strict.naturalShare = Ramp(from: 1, to: 0)
      longer.recipe.epochs += 1
      let network = try Self.network()
      let others = [
        ("loss or radius", linear, network, data), ("loss or radius", wider, network, data),
        ("loss or radius", late, network, data), ("loss or radius", strict, network, data),
        ("recipe", longer, network, data),
        ("network", training, try Self.network(Activation(.tanh)), data),
        ("data set", training, network, try Self.data(seed: 2)),
      ]
      for (part, other, network, data) in others {
        #expect(throws: TrainingError.foreignCheckpoint(path: path, part: part)) {
          try other.train(network, on: data)
        }
      }
      #expect(throws: TrainingError.foreignCheckpoint(path: path, part: "loss or radius")) {
        try Trainer(Self.recipe, checkpoint: path).train(network, on: data)
      }
      #expect(FileManager.default.contents(atPath: path) == before)

      try before?.dropLast(100).write(to: URL(fileURLWithPath: path))
      #expect(throws: TrainingError.brokenCheckpoint(path: path)) {
        try training.train(Self.network(), on: data)
      }
    }
  }
}
