import Audit
import Datasets
import Networks
import Tensors

/// Small networks and data whose metrics can be worked out by hand.
enum Samples {
  /// A network whose scores are its inputs.
  static func identity(classes: Int) throws -> Network {
    var network = try Network(input: [classes], seed: 0) { Linear(classes, bias: false) }
    let unit = Tensor.identity(classes).flattened()
    network.parameters = network.parameters.with(values: unit)
    return network
  }

  /// Data of two classes for `identity(classes: 2)`; the first feature is the score of class 0.
  static func dataset(scores: [[Float]], labels: [Int]) throws -> Dataset {
    let rows = Tensor(Array(scores.joined()), shape: [scores.count, scores[0].count])
    return try Dataset(name: "sample", inputs: rows, labels: labels)
  }

  /// Gray images whose label says which half is brighter, and a network that adds up the halves.
  static func images(_ count: Int = 24) throws -> (network: Network, data: Dataset) {
    var generator = Generator(seed: 3)
    let labels = (0..<count).map { $0 % 2 }
    let noise = Tensor.uniform([count, 1, 6, 6], in: 0...0.4, using: &generator)
    let bright = Tensor.concatenating(
      [Tensor.zeros([1, 1, 6, 3]), Tensor.zeros([1, 1, 6, 3]) + 0.5], axis: 3)
    let sides = labels.map { $0 == 1 ? bright : bright.reversed(axes: [3]) }
    let inputs = noise + Tensor.concatenating(sides)
    var network = try Network(input: [1, 6, 6], seed: 0) {
      Flatten()
      Linear(2, bias: false)
    }
    let right = (bright * 4 - 1).flattened()
    network.parameters = network.parameters.with(values: .concatenating([-right, right]))
    return (network, try Dataset(name: "images", inputs: inputs, labels: labels))
  }
}
