import Datasets
import Foundation
import Tensors
import TestSupport
import Testing

/// A model of one or a few nodes, and what ONNX Runtime computes with it.
struct OperatorCase: Sendable, CustomTestStringConvertible {
  let name: String
  let model: Data
  let input: Tensor
  let expected: Tensor

  var testDescription: String { name }

  /// The cases of `Tests/Golden/operators.npz`, which its script lays end to end.
  static func all() throws -> [OperatorCase] {
    let golden = try NPZ(reading: goldenPath("operators.npz"))
    let names = String(decoding: try golden.array("names").bytes(), as: UTF8.self)
    let index = try golden.array("index")
    let models = try golden.array("models").bytes()
    let (inputs, outputs) = (try golden.array("inputs"), try golden.array("outputs"))
    var (model, input, output) = (0, 0, 0)
    func take(_ row: ArraySlice<Int>, from source: Tensor, at start: inout Int) -> Tensor {
      let shape = Array(row.dropFirst().prefix(row.first!))
      let count = shape.reduce(1, *)
      defer { start += count }
      return source[start..<start + count].reshaped(to: shape)
    }
    return names.split(separator: "\n").enumerated().map { place, name in
      let row = index[place].integers
      defer { model += row[0] }
      return OperatorCase(
        name: String(name), model: Data(models[model..<model + row[0]]),
        input: take(row[1..<8], from: inputs, at: &input),
        expected: take(row[8..<15], from: outputs, at: &output))
    }
  }
}
