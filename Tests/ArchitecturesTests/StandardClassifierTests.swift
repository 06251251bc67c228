import Architectures
import Networks
import Tensors
import Testing

struct StandardClassifierTests {
  @Test(
    "Each classifier gives a row of scores for images of each kind",
    arguments: StandardClassifier.allCases, [[1, 28, 28], [1, 8, 8], [3, 32, 32], [3, 9, 13]])
  func scores(_ classifier: StandardClassifier, _ shape: Shape) throws {
    let network = try classifier.network(input: shape, classes: 7, seed: 1)
    #expect(network.inputShape == shape)
    #expect(network.classes == 7)
    let output = try network.output(of: .zeros([5] + shape))
    #expect(output.shape == [5, 7])
    #expect(output.isFinite.all().booleans == [true])
  }

  @Test("A perceptron takes any shape, and convolutions only images", arguments: [[4], [2, 3]])
  func tables(_ shape: Shape) throws {
    let network = try StandardClassifier.mlp.network(input: shape, classes: 2, seed: 1)
    #expect(try network.output(of: .zeros([3] + shape)).shape == [3, 2])
    for classifier in [StandardClassifier.smallCNN, .residualTiny] {
      #expect(throws: NetworkError.self) {
        try classifier.network(input: shape, classes: 2, seed: 1)
      }
    }
  }

  @Test("The perceptron has the parameters that its widths say")
  func parameterCount() throws {
    let network = try StandardClassifier.mlp.network(input: [1, 28, 28], classes: 10, seed: 1)
    #expect(network.parameters.count == 785 * 256 + 257 * 256 + 257 * 10)
  }

  @Test("The same seed gives the same weights, another seed others")
  func seeds() throws {
    let weights = try [3, 3, 4].map { seed in
      try StandardClassifier.residualTiny.network(input: [1, 8, 8], classes: 3, seed: seed)
        .parameters.values.elements(as: Float.self)
    }
    #expect(weights[0] == weights[1])
    #expect(weights[0] != weights[2])
  }
}
