import Architectures
import Datasets
import Evidence
import ExperimentSettings
import Tensors
import TestSupport
import Testing
import Training

struct SettingsImagesTests {
  private struct SmallDigits: ExperimentData {
    func digest(of set: String, part: DataPart) -> String? { nil }

    func load(_ set: String, part: DataPart) throws -> Dataset {
      let path = TestFiles.package.appending(path: "Examples/digits/digits-test.npz")
      let all = try DatasetLoader().load(path: path.path(percentEncoded: false))
      return part == .train ? all.prefix(300) : all[300..<all.count]
    }
  }

  @Test("Enlarged digits keep their brightness and labels", arguments: [14, 28])
  func scikitDigits(_ side: Int) throws {
    let context = ExperimentContext(seed: 1, scale: .full, data: SmallDigits())
    var generator = context.generator
    let digits = try ScikitDigits.enlarged(to: side, context, using: &generator)
    #expect(digits.inputs.shape == [359, 1, side, side] && digits.classCount == 10)
    let all = try DatasetLoader().load(
      path: TestFiles.package.appending(path: "Examples/digits/digits-test.npz").path)
    #expect(abs(digits.inputs.mean().item() - all.inputs.mean().item()) < 0.01)
    let small = ExperimentContext(seed: 1, scale: .small, data: SmallDigits())
    #expect(try ScikitDigits.enlarged(small, using: &generator).count == 150)
  }

  @Test("Every class is drawn as often, gray levels fit, and draws repeat with their seed")
  func drawn() throws {
    var generator = Generator(seed: 1)
    let images = try DrawnImages.draw(205, using: &generator)
    #expect(images.inputs.shape == [205, 1, 14, 14] && images.classCount == 10)
    #expect(try images.indicesByClass().map(\.count) == [21, 21, 21, 21, 21, 20, 20, 20, 20, 20])
    #expect(images.inputs.min().item() >= 0 && images.inputs.max().item() <= 1)
    #expect(images.inputs.variance(axes: [1, 2, 3]).min().item() > 0.001)
    var again = Generator(seed: 1)
    #expect(try DrawnImages.draw(205, using: &again).digest == images.digest)
    #expect(try DrawnImages.draw(205, using: &again).digest != images.digest)
  }

  @Test("A small network tells the classes apart")
  func classes() throws {
    var generator = Generator(seed: 2)
    let training = try DrawnImages.draw(600, using: &generator)
    let test = try DrawnImages.draw(200, using: &generator)
    let start = try StandardClassifier.smallCNN.network(input: [1, 14, 14], classes: 10, seed: 1)
    let network = try Trainer(TrainingRecipe(epochs: 12, batchSize: 32, learningRate: 5e-3))
      .train(start, on: training)
    #expect(try DigitSetting.accuracy(network, on: test) > 0.7)
  }
}
