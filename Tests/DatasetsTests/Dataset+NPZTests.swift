import Datasets
import Tensors
import TestSupport
import Testing

private let inputs = Tensor.range(0..<6, dtype: .float32).reshaped(to: [3, 2])

private func loaded(_ arrays: [String: Tensor]) throws -> Dataset {
  try TestFiles.withTemporaryFolder { folder in
    try NPZ.write(arrays, to: folder + "/d.npz")
    return try DatasetLoader().load(path: folder + "/d.npz")
  }
}

@Test("Inputs and labels are found under every name", arguments: Dataset.inputNames)
func npzNames(_ inputName: String) throws {
  for labelName in Dataset.labelNames {
    let data = try loaded([inputName: inputs, labelName: Tensor([2, 0, 1])])
    #expect(data.labels == [2, 0, 1])
    expectClose(data.inputs, inputs, absolute: 0)
  }
}

@Test("A dataset survives its file")
func npzDatasetRoundTrip() throws {
  let data = try numberedDataset()
  let copy = try TestFiles.withTemporaryFolder { folder in
    try data.write(to: folder + "/d.npz")
    return try DatasetLoader().load(path: folder + "/d.npz")
  }
  #expect(copy.labels == data.labels)
  expectClose(copy.inputs, data.inputs, absolute: 0)
}

@Test("Labels are optional, of integers, and may be a column")
func npzLabels() throws {
  #expect(try loaded(["x": inputs]).labels == nil)
  #expect(try loaded(["x": inputs, "y": Tensor([0, 1, 2], shape: [3, 1])]).labels == [0, 1, 2])
  #expect(try loaded(["x": inputs, "y": Tensor([0 as UInt8, 1, 2])]).labels == [0, 1, 2])
}

@Test("Arrays that do not fit are refused for what they are")
func npzRefusals() {
  func kind(_ arrays: [String: Tensor]) -> DataError? {
    do {
      _ = try loaded(arrays)
      return nil
    } catch { return error as? DataError }
  }
  guard
    case .wrongType(_, "y", "float32 with fractions", _) = kind([
      "x": inputs, "y": Tensor([Float(1), 2.5, 3]),
    ])
  else { return #expect(Bool(false), "labels with fractions") }
  let rows = Tensor([Float(0), 1, 1, 0, 0, 1], shape: [3, 2])
  guard case .wrongType(_, "y", "one-hot rows of 2", _) = kind(["x": inputs, "y": rows])
  else { return #expect(Bool(false), "one-hot labels") }
  guard case .wrongRank(_, "y", [3, 2], _) = kind(["x": inputs, "y": inputs.cast(to: .int64)])
  else { return #expect(Bool(false), "labels of rank 2") }
  guard case .unequalLengths(_, 3, 2) = kind(["x": inputs, "y": Tensor([1, 2])])
  else { return #expect(Bool(false), "unequal lengths") }
  guard case .missingArray(_, Dataset.inputNames, ["z"]) = kind(["z": inputs])
  else { return #expect(Bool(false), "missing inputs") }
  guard case .labelOutOfRange(_, 1, -4, _) = kind(["x": inputs, "y": Tensor([1, -4, 2])])
  else { return #expect(Bool(false), "negative label") }
}

@Test("Integers are labels in any type, and inputs alone need none")
func wholeLabels() throws {
  #expect(try loaded(["x": inputs, "y": Tensor([Float(1), 0, 2])]).labels == [1, 0, 2])
  try TestFiles.withTemporaryFolder { folder in
    let path = folder + "/targets.npz"
    try NPZ.write(["x": inputs, "y": Tensor([Float(0.5), 0, 2])], to: path)
    #expect(throws: DataError.self) { try DatasetLoader().load(path: path) }
    #expect(try DatasetLoader(readsLabels: false).load(path: path).labels == nil)
  }
}
