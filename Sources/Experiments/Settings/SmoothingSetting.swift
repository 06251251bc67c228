import Datasets
import Evidence
import Networks
import Tensors

/// The data and the small network that experiments on randomized smoothing share.
package struct SmoothingSetting {
  package let training: (inputs: Tensor, labels: Tensor)
  package let test: (inputs: Tensor, labels: Tensor)

  /// - Parameter images: how many test images are certified, drawn by the seed.
  package init(
    _ context: ExperimentContext, images: Int, using generator: inout Generator
  ) throws {
    let training = try context.data.load("mnist-5k", part: .train)
    let test = try context.data.load("mnist-5k", part: .test)
      .shuffled(using: &generator).prefix(images)
    self.training = (training.inputs, Tensor(try training.requiredLabels()))
    self.test = (test.inputs, Tensor(try test.requiredLabels()))
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
