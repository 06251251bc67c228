import Datasets
import Evidence
import ExperimentSettings
import Tensors
import TestSupport
import Testing

struct SettingsTablesTests {
  /// Rows of a number of their own, its square and two more columns; the last is the sum of the
  /// first three.
  private struct NumberedRows: ExperimentData {
    let isLabeled: Bool

    func digest(of set: String, part: DataPart) -> String? { nil }

    func load(_ set: String, part: DataPart) throws -> Dataset {
      let range = part == .train ? 0..<80 : 80..<100
      let rows = range.flatMap { index in
        let number = Float(index) / 10
        return [number, number * number, -number, number * number]
      }
      return try Dataset(
        name: set, inputs: Tensor(rows, shape: [range.count, 4]),
        labels: isLabeled ? range.map { $0 % 2 } : nil)
    }
  }

  private func context(isLabeled: Bool) -> ExperimentContext {
    ExperimentContext(seed: 2, scale: .full, data: NumberedRows(isLabeled: isLabeled))
  }

  @Test("Classes are dealt in proportion, standardized by the training part, with no row twice")
  func classes() throws {
    let context = context(isLabeled: true)
    var generator = context.generator
    let table = try ClassTable(.iris, context, using: &generator)
    let parts = [table.training, table.validation, table.test]
    #expect(parts.map(\.count) == [60, 20, 20])
    #expect(
      try parts.map { try $0.indicesByClass().map(\.count) } == [[30, 30], [10, 10], [10, 10]])
    expectClose(table.training.inputs.mean(axes: [0]), .zeros([4]), absolute: 1e-5)
    let numbers = parts.flatMap { part in
      table.standardization.undo(part.inputs).selecting(0, axis: 1).scalars
        .map { Int(($0 * 10).rounded()) }
    }
    #expect(numbers.sorted() == Array(0..<100))
    var again = context.generator
    #expect(
      try ClassTable(.iris, context, using: &again).test.digest == table.test.digest)
    #expect(throws: DataError.self) {
      try ClassTable(.wine, self.context(isLabeled: false), using: &generator)
    }
  }

  @Test("The last columns are what to predict")
  func regression() throws {
    let context = context(isLabeled: false)
    var generator = context.generator
    let table = try RegressionTable(.diabetes, context, using: &generator)
    let parts = [table.training, table.validation, table.test]
    #expect(parts.map(\.count) == [60, 20, 20])
    for part in parts {
      let inputs = table.inputStandardization.undo(part.inputs)
      let targets = table.targetStandardization.undo(part.targets)
      expectClose(inputs.sum(axes: [1], keepingAxes: true), targets, absolute: 1e-3)
    }
    expectClose(table.training.targets.mean(axes: [0]), .zeros([1]), absolute: 1e-5)
    expectClose(
      table.training.targets.square().mean(axes: [0]), .ones([1]), absolute: 0.03)
    let several = try RegressionTable(.linnerud, context, using: &generator)
    #expect(several.test.inputs.shape == [20, 1] && several.test.targets.shape == [20, 3])
  }
}
