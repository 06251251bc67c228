import Audit
import Datasets
import Networks
import Tensors
import TestSupport
import Testing

/// Models whose file names their classes, and data that name or number them.
struct ClassNameTests {
  private let network: Network
  private let inputs: Tensor
  private let classes: [Int]

  init() throws {
    network = try Network(onnx: TestFiles.golden("exporters/catboost-words.onnx"))
    let golden = try NPZ(reading: TestFiles.golden("exporters/catboost-words.npz"))
    inputs = try golden.array("x")
    classes = try golden.array("scores").argmax(axis: 1).integers
  }

  @Test("The file's words for classes are the network's")
  func namesOfFile() throws {
    #expect(network.graph.classNames == ["setosa", "versicolor", "virginica"])
    #expect(network.endingInLogits().graph.classNames == network.graph.classNames)
    let plain = try Network(onnx: TestFiles.golden("exporters/lightgbm-holes.onnx"))
    #expect(plain.graph.classNames.isEmpty)
  }

  @Test("Data without some of the classes are counted as the model counts")
  func fewerClasses() throws {
    let rows = classes.indices.filter { classes[$0] > 0 }
    let data = try Dataset(
      name: "two", inputs: inputs.gathering(Tensor(rows)), labels: rows.map { classes[$0] - 1 },
      classNames: ["versicolor", "virginica"])
    let fitted = try data.fitted(to: network)
    #expect(fitted.data.labels == rows.map { classes[$0] })
    #expect(fitted.data.classNames == network.graph.classNames)
    #expect(fitted.note?.contains("versicolor") == true)
    let subject = try AuditSubject(network: network, data: data)
    #expect(subject.labels.integers == rows.map { classes[$0] })
    #expect(subject.className(2) == "virginica")
  }

  @Test("Numbers stay what they are, and get the model's names")
  func numbers() throws {
    let data = try Dataset(name: "numbers", inputs: inputs, labels: classes)
    let fitted = try data.fitted(to: network)
    #expect(fitted.data.labels == classes && fitted.note == nil)
    #expect(fitted.data.classNames == network.graph.classNames)
  }

  @Test("A class that the model does not have is told of")
  func unknownClass() throws {
    let data = try Dataset(
      name: "tulips", inputs: inputs, labels: classes, classNames: ["iris", "rose", "tulip"])
    let fitted = try data.fitted(to: network)
    #expect(fitted.data.labels == classes)
    #expect(fitted.note?.contains("'iris'") == true)
  }
}
