import Networks
import Tensors

/// Small classifiers to begin with.
public enum StandardClassifier: String, Sendable, Hashable, CaseIterable {
  /// Two convolutions and a linear layer, for small images.
  case smallCNN = "small-cnn"
  /// Two hidden layers of 256 features, for anything.
  case mlp
  /// Three residual blocks with batch normalization, for small images.
  case residualTiny = "resnet-tiny"

  /// Returns the network for examples of shape `input`.
  ///
  /// - Shape: images are `[channels, height, width]`; `mlp` takes any shape.
  /// - Throws: `NetworkError.mismatch` if the shape is not what the classifier takes.
  public func network(
    input: Shape, classes: Int, seed: UInt64
  ) throws(NetworkError) -> Network {
    switch self {
    case .smallCNN:
      try Network(input: input, seed: seed) {
        Conv2d(16, kernel: 3, padding: 1)
        ReLU()
        MaxPool2d(2)
        Conv2d(32, kernel: 3, padding: 1)
        ReLU()
        MaxPool2d(2)
        Flatten()
        Linear(classes)
      }
    case .mlp:
      try Network(input: input, seed: seed) {
        Flatten()
        Linear(256)
        ReLU()
        Linear(256)
        ReLU()
        Linear(classes)
      }
    case .residualTiny:
      try Network(input: input, seed: seed) {
        Conv2d(16, kernel: 3, padding: 1, bias: false)
        BatchNorm()
        ReLU()
        Self.block(16, stride: 1)
        Self.block(32, stride: 2)
        Self.block(64, stride: 2)
        GlobalAveragePool()
        Linear(classes)
      }
    }
  }

  /// A residual block; the shortcut is a convolution where the shape changes.
  ///
  /// - Source: "Deep Residual Learning for Image Recognition" (2015), figure 2 and section 3.3, option B.
  private static func block(_ channels: Int, stride: Int) -> Chain {
    Chain {
      Residual {
        Conv2d(channels, kernel: 3, stride: stride, padding: 1, bias: false)
        BatchNorm()
        ReLU()
        Conv2d(channels, kernel: 3, padding: 1, bias: false)
        BatchNorm()
      } shortcut: {
        if stride != 1 {
          Conv2d(channels, kernel: 1, stride: stride, bias: false)
          BatchNorm()
        }
      }
      ReLU()
    }
  }
}
