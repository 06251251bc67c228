import Datasets
import Evidence
import Networks
import Tensors

/// The data and the small network that experiments on randomized smoothing share.
package struct SmoothingSetting {
  package typealias Examples = (inputs: Tensor, labels: Tensor)

  package let training: Examples
  /// Images for tuning, which neither training nor the measurements use.
  package let validation: Examples
  package let test: Examples

  /// - Parameter images: how many test images are certified, drawn by the seed.
  package init(
    _ context: ExperimentContext, images: Int, using generator: inout Generator
  ) throws {
    let digits = try DigitSetting(context, test: images, using: &generator)
    func examples(_ data: Dataset) throws -> Examples {
      (data.inputs, Tensor(try data.requiredLabels()))
    }
    training = try examples(digits.training)
    validation = try examples(digits.validation)
    test = try examples(digits.test)
  }

  /// Two convolutions with strides, which make many votes affordable.
  package static func classifier(of image: Shape, seed: UInt64) throws -> Network {
    try Network(input: image, seed: seed) {
      Conv2d(16, kernel: 5, stride: 2, padding: 2)
      ReLU()
      Conv2d(32, kernel: 3, stride: 2, padding: 1)
      ReLU()
      Flatten()
      Linear(64)
      ReLU()
      Linear(10)
    }
  }
}
