import Datasets
import Tensors
import TestSupport
import Testing

/// Ten examples whose only feature is their index, of three classes.
func numberedDataset(count: Int = 10) throws -> Dataset {
  try Dataset(
    name: "numbers", inputs: Tensor.range(0..<count, dtype: .float32).reshaped(to: [count, 1]),
    labels: (0..<count).map { $0 % 3 })
}

@Test(
  "Floating-point inputs become float32 and image bytes 0...1",
  arguments: [
    ValueCase("float64", [0.5, 1], shape: [2, 1]) {
      try Dataset(name: "d", inputs: Tensor([0.5, 1.0], shape: [2, 1])).inputs
    },
    ValueCase("bfloat16", [0.5, 1], shape: [2, 1]) {
      let inputs = Tensor([0.5, 1.0], shape: [2, 1]).cast(to: .bfloat16)
      return try Dataset(name: "d", inputs: inputs).inputs
    },
    ValueCase("uint8", [0, 1, 0.2], shape: [1, 1, 3]) {
      try Dataset(name: "d", inputs: Tensor([0 as UInt8, 255, 51], shape: [1, 1, 3])).inputs
    },
  ])
func datasetConversions(_ row: ValueCase) throws { try row.check() }

/// Inputs and labels that no dataset can be made of.
private struct BadDataset: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let inputs: Tensor
  var labels: [Int]?
  var classNames: [String]?
  let error: DataError
}

private let pair = Tensor.zeros([2, 1])
private let bad: [BadDataset] = [
  BadDataset(
    testDescription: "integers", inputs: Tensor([1, 2], shape: [2, 1]),
    error: .wrongType(path: "d", array: "inputs", type: "int64", expected: "a float or uint8")),
  BadDataset(
    testDescription: "a vector", inputs: Tensor([1.0]),
    error: .wrongRank(path: "d", array: "inputs", shape: [1], expected: "[examples] + features")),
  BadDataset(
    testDescription: "no rows", inputs: Tensor.zeros([0, 3]), error: .noExamples(path: "d")),
  BadDataset(
    testDescription: "too few labels", inputs: pair, labels: [1],
    error: .unequalLengths(path: "d", inputs: 2, labels: 1)),
  BadDataset(
    testDescription: "a negative label", inputs: pair, labels: [0, -1],
    error: .labelOutOfRange(path: "d", example: 1, label: -1, classes: 1 << 20)),
  BadDataset(
    testDescription: "a label without name", inputs: pair, labels: [0, 2],
    classNames: ["cat", "dog"],
    error: .labelOutOfRange(path: "d", example: 1, label: 2, classes: 2)),
]

@Test("Data that break a promise are refused", arguments: bad)
private func badDatasets(_ row: BadDataset) {
  let error = #expect(throws: DataError.self) {
    try Dataset(name: "d", inputs: row.inputs, labels: row.labels, classNames: row.classNames)
  }
  #expect(error == row.error)
}

@Test("Labels can be checked against a model's classes, and asked for")
func labelChecks() throws {
  let data = try numberedDataset()
  try data.checkLabels(classes: 3)
  #expect(throws: DataError.labelOutOfRange(path: "numbers", example: 2, label: 2, classes: 2)) {
    try data.checkLabels(classes: 2)
  }
  #expect(data.classCount == 3)
  #expect(try data.requiredLabels().count == 10)
  let bare = try Dataset(name: "bare", inputs: pair)
  #expect(throws: DataError.noLabels(path: "bare")) { try bare.requiredLabels() }
}
