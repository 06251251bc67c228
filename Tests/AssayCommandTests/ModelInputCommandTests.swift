import Datasets
import Foundation
import Tensors
import TestSupport
import Testing

/// Commands with models whose inputs are not one array of known shape.
struct ModelInputCommandTests {
  private func write(_ model: ProtoModel, to name: String, in folder: String) throws {
    try model.bytes.write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
  }

  private func scores(_ words: [String], in folder: String) throws -> (Tensor, notes: String) {
    let result = try AssayProcess.run(["predict"] + words + ["--out", "s.npz"], in: folder)
    try #require(result.exitCode == 0, "\(result.errors)")
    return (try NPZ(reading: folder + "/s.npz").array("scores"), result.errors)
  }

  @Test("Inputs go to a model by their names, or by what the user says")
  func severalInputs() throws {
    try TestFiles.withTemporaryFolder { folder in
      var extra = ProtoMessage()
      extra.add(11, ProtoModel.description("mask", [nil, 2], elementType: 1))
      try write(
        ProtoModel(
          nodes: [ProtoNode("Mul", ["x", "mask"], ["y"])], inputShape: [nil, 2], extra: extra),
        to: "two.onnx", in: folder)
      let (x, mask) = (
        Tensor([1, 2, 3, 4] as [Float], shape: [2, 2]),
        Tensor([0, 1, 1, 0] as [Float], shape: [2, 2])
      )
      try NPZ.write(["x": x, "mask": mask], to: folder + "/named.npz")
      try NPZ.write(["a": x, "b": mask], to: folder + "/other.npz")
      try NPZ.write(["x": .concatenating([x, mask], axis: 1)], to: folder + "/rows.npz")
      for words in [
        ["two.onnx", "named.npz"],
        ["two.onnx", "other.npz", "--input", "x=a", "--input", "mask=b"],
        ["two.onnx", "rows.npz"],
      ] {
        #expect(try scores(words, in: folder).0.elements(as: Float.self) == [0, 2, 3, 0])
      }
      let missing = try AssayProcess.run(
        ["predict", "two.onnx", "other.npz", "--out", "s.npz"], in: folder)
      #expect(missing.exitCode == 65)
      #expect(missing.errors.contains("--input x=ARRAY"), "\(missing.errors)")
      let unknown = try AssayProcess.run(
        ["predict", "two.onnx", "other.npz", "--out", "s.npz", "--input", "z=a"], in: folder)
      #expect(unknown.exitCode == 64)
      #expect(unknown.errors.contains("no input 'z'"), "\(unknown.errors)")
      // Bytes are images here as in data of one input.
      try NPZ.write(
        ["x": Tensor([255, 51, 0, 102] as [UInt8], shape: [2, 2]), "mask": mask],
        to: folder + "/bytes.npz")
      let (scaled, notes) = try scores(["two.onnx", "bytes.npz"], in: folder)
      expectClose(scaled.flattened(), Tensor([0, 0.2, 0, 0] as [Float]), absolute: 1e-6)
      #expect(notes.contains("scaled to 0...1"))
    }
  }

  @Test("A model of one input takes the array that the user names")
  func namedArray() throws {
    try TestFiles.withTemporaryFolder { folder in
      try write(
        ProtoModel(nodes: [ProtoNode("Relu", ["x"], ["y"])], inputShape: [nil, 2]), to: "one.onnx",
        in: folder)
      try NPZ.write(
        ["odd": Tensor([1, -2] as [Float], shape: [1, 2])], to: folder + "/odd.npz")
      let found = try scores(["one.onnx", "odd.npz", "--input", "x=odd"], in: folder).0
      #expect(found.elements(as: Float.self) == [1, 0])
    }
  }

  @Test("Tokens stay integers, and the user is told")
  func tokens() throws {
    try TestFiles.withTemporaryFolder { folder in
      var model = ProtoModel(
        nodes: [
          ProtoNode("Gather", ["w", "x"], ["e"]), ProtoNode("Flatten", ["e"], ["y"]),
        ], tensors: [ProtoTensor("w", [0, 10, 20, 30] as [Float], sizes: [4, 1])],
        inputShape: [nil, 2])
      model.elementType = 7
      try write(model, to: "tokens.onnx", in: folder)
      try NPZ.write(["x": Tensor([3, 0, 1, 2], shape: [2, 2])], to: folder + "/t.npz")
      let (found, notes) = try scores(["tokens.onnx", "t.npz"], in: folder)
      #expect(found.elements(as: Float.self) == [30, 0, 10, 20])
      #expect(notes.contains("integers"))
    }
  }

  @Test("Sizes that a model leaves open come from the data, the user, or the property")
  func openSizes() throws {
    try TestFiles.withTemporaryFolder { folder in
      let model = ProtoModel(
        nodes: [ProtoNode("ReduceSum", ["x", "a"], ["y"])], tensors: [ProtoTensor("a", [1])],
        inputShape: [nil, nil])
      try write(model, to: "open.onnx", in: folder)
      try NPZ.write(
        ["x": Tensor([1, 2, 3, 4] as [Float], shape: [2, 2])], to: folder + "/x.npz")
      let (found, notes) = try scores(["open.onnx", "x.npz"], in: folder)
      #expect(found.elements(as: Float.self) == [3, 7])
      #expect(notes.contains("those of the data"))
      let asked = try AssayProcess.run(["inspect", "open.onnx"], in: folder)
      #expect(asked.exitCode == 65)
      #expect(asked.errors.contains("--example-shape"), "\(asked.errors)")
      let told = try AssayProcess.run(
        ["inspect", "open.onnx", "--example-shape", "5"], in: folder)
      #expect(told.exitCode == 0 && told.output.contains("float32[batch, 5]"), "\(told.errors)")
      let property = """
        (declare-const X_0 Real) (declare-const X_1 Real) (declare-const Y_0 Real)
        (assert (>= X_0 0)) (assert (<= X_0 1)) (assert (>= X_1 0)) (assert (<= X_1 1))
        (assert (>= Y_0 2.5))
        """
      try Data(property.utf8).write(to: URL(fileURLWithPath: folder + "/p.vnnlib"))
      let verified = try AssayProcess.run(["verify", "open.onnx", "p.vnnlib"], in: folder)
      #expect(verified.exitCode == 0, "\(verified.output)\(verified.errors)")
    }
  }

  @Test("A model that mixes its first axis is evaluated one example at a time, and says so")
  func oneAtATime() throws {
    try TestFiles.withTemporaryFolder { folder in
      try write(
        ProtoModel(nodes: [
          ProtoNode("Transpose", ["x"], ["t"]), ProtoNode("MatMul", ["x", "t"], ["y"]),
        ]), to: "square.onnx", in: folder)
      try NPZ.write(
        ["x": Tensor([1, 2, 2, 0, 3, 0, 4, 0] as [Float], shape: [2, 4])], to: folder + "/x.npz")
      let (found, notes) = try scores(["square.onnx", "x.npz"], in: folder)
      #expect(found.flattened().elements(as: Float.self) == [9, 25])
      #expect(notes.contains("one at a time"))
    }
  }
}
