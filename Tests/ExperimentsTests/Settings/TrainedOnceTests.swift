import Architectures
import Datasets
import Evidence
import ExperimentSettings
import Foundation
import Networks
import Synchronization
import Tensors
import TestSupport
import Testing
import Training

struct SettingsTrainedOnceTests {
  private let recipe = TrainingRecipe(epochs: 1, seed: 3)

  private func data() throws -> Dataset {
    var generator = Generator(seed: 1)
    return try Dataset(
      name: "noise", inputs: .normal([64, 5], using: &generator), labels: (0..<64).map { $0 % 3 })
  }

  private func start(seed: UInt64 = 1) throws -> Network {
    try Network(input: [5], seed: seed) {
      Linear(8)
      BatchNorm()
      ReLU()
      Linear(3)
    }
  }

  private func files(in folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder)
      .filter { $0.hasSuffix(".safetensors") }
  }

  @Test("A network is trained once, and kept with its running statistics")
  func once() throws {
    try TestFiles.withTemporaryFolder { folder in
      let cache = TrainedOnce(folder: folder + "/new")
      let (data, start) = (try data(), try start())
      let trained = try cache.network("a", from: start, on: [data], by: recipe) {
        try Trainer(recipe).train($0, on: data)
      }
      let kept = try cache.network("a", from: start, on: [data], by: recipe) { _ in
        Issue.record("it was trained twice")
        return start
      }
      expectClose(kept.parameters.values, trained.parameters.values, absolute: 0)
      expectClose(kept.buffers.values, trained.buffers.values, absolute: 0)
      #expect(try files(in: cache.folder).count == 1)
    }
  }

  @Test("Whatever decides the parameters decides the name")
  func keys() throws {
    try TestFiles.withTemporaryFolder { folder in
      let cache = TrainedOnce(folder: folder)
      let (data, start) = (try data(), try start())
      var longer = recipe
      longer.epochs = 2
      for (name, start, data, recipe) in [
        ("a", start, data, recipe), ("b", start, data, recipe),
        ("a", try self.start(seed: 2), data, recipe), ("a", start, data.prefix(63), recipe),
        ("a", start, data, longer),
      ] {
        _ = try cache.network(name, from: start, on: [data], by: recipe) { $0 }
      }
      #expect(try files(in: folder).count == 5)
    }
  }

  @Test("A damaged file is made anew", arguments: [0, 1, 2])
  func damage(_ kind: Int) throws {
    try TestFiles.withTemporaryFolder { folder in
      let cache = TrainedOnce(folder: folder)
      let (data, start) = (try data(), try start())
      func train() throws -> (Network, wasTrained: Bool) {
        var wasTrained = false
        let network = try cache.network("a", from: start, on: [data], by: recipe) {
          wasTrained = true
          return $0
        }
        return (network, wasTrained)
      }
      #expect(try train().wasTrained)
      let file = URL(fileURLWithPath: "\(folder)/\(try #require(files(in: folder).first))")
      var bytes = try Data(contentsOf: file)
      switch kind {
      case 0: bytes = bytes.prefix(bytes.count - 9)
      case 1: bytes[bytes.count - 1] ^= 1
      default: bytes = Data()
      }
      try bytes.write(to: file)
      let (network, wasTrained) = try train()
      #expect(wasTrained)
      expectClose(network.parameters.values, start.parameters.values, absolute: 0)
      #expect(try !train().wasTrained)
    }
  }

  @Test("Of several that ask at once one trains, and what fails leaves nothing")
  func atOnce() throws {
    try TestFiles.withTemporaryFolder { folder in
      let cache = TrainedOnce(folder: folder)
      let (data, start) = (try data(), try start())
      #expect(throws: CancellationError.self) {
        try cache.network("a", from: start, on: [data], by: recipe) { _ in
          throw CancellationError()
        }
      }
      #expect(try files(in: folder).isEmpty)
      let count = TrainingCount()
      let threads = DispatchGroup()
      for _ in 0..<4 {
        threads.enter()
        Thread.detachNewThread {
          defer { threads.leave() }
          do {
            _ = try cache.network("a", from: start, on: [data], by: recipe) {
              count.increase()
              Thread.sleep(forTimeInterval: 0.2)
              return $0
            }
          } catch {
            Issue.record(error)
          }
        }
      }
      threads.wait()
      #expect(count.value == 1)
    }
  }

  @Test("Classifiers of digits know them", arguments: StandardClassifier.allCases)
  func classifiers(_ kind: StandardClassifier) throws {
    try TestFiles.withTemporaryFolder { folder in
      let context = EnlargedDigits.context()
      var generator = context.generator
      let digits = try Digits14(context, using: &generator)
      let network = try TrainedOnce(folder: folder).classifier(kind, of: digits, context)
      #expect(network.inputShape == Digits14.image && network.classes == 10)
      #expect(try DigitSetting.accuracy(network, on: digits.training) > 0.2)
    }
  }
}

/// How often several threads trained.
private final class TrainingCount: Sendable {
  private let count = Mutex(0)

  var value: Int { count.withLock { $0 } }

  func increase() { count.withLock { $0 += 1 } }
}
