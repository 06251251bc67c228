import Datasets
import Networks
import Tensors

/// Two clouds of points that a line parts.
enum Blobs {
  static func dataset(_ count: Int = 128, seed: UInt64 = 1) throws -> Dataset {
    var generator = Generator(seed: seed)
    let labels = (0..<count).map { $0 % 2 }
    let centers = Tensor(labels.map { Float(2 * $0 - 1) }).reshaped(to: [count, 1])
    let noise = Tensor.normal([count, 2], using: &generator) * 0.3
    return try Dataset(name: "blobs", inputs: noise + centers, labels: labels)
  }

  static func network(seed: UInt64 = 2) throws -> Network {
    try Network(input: [2], seed: seed) {
      Linear(8)
      ReLU()
      Linear(2)
    }
  }
}
