import Datasets
import Evidence
import ExperimentSettings
import Tensors
import TestSupport

/// The digits of the examples in place of mnist-5k: of 8 × 8 pixels, enlarged to 28 × 28, and once
/// more, upside down, as the test part.
struct EnlargedDigits: ExperimentData {
  func load(_ set: String, part: DataPart) throws -> Dataset {
    guard set == "mnist-5k" else {
      throw EvidenceError.missingData(name: set, remedy: "another test")
    }
    let path = TestFiles.package.appending(path: "Examples/digits/digits-test.npz")
    let data = try DatasetLoader().load(path: path.path(percentEncoded: false))
    let images = data.inputs.resized(to: [28, 28], mode: .linear)
    return data.replacingInputs(with: part == .train ? images : images.reversed(axes: [2]))
  }

  func digest(of set: String, part: DataPart) -> String? { nil }

  static func context(seed: UInt64 = 1) -> ExperimentContext {
    ExperimentContext(seed: seed, scale: .small, data: EnlargedDigits())
  }

  /// All of the digits, made smaller.
  static func all() throws -> Dataset { try Digits14.all(from: EnlargedDigits()) }
}
