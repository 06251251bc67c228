import Foundation
import Networks
import TestSupport
import Testing

@Test(
  "Each operator, in each form it has had, equals ONNX Runtime", arguments: try OperatorCase.all())
func operatorsMatch(_ row: OperatorCase) throws {
  let network = try Network(onnxBytes: row.model, path: row.name)
  expectClose(
    try network.output(of: row.input), row.expected, absolute: 1e-5, relative: 1e-5)
}

@Test("Every operator that can be read has a case")
func operatorsAreCovered() throws {
  let readable = Network.readableOperators
  let covered = Set(
    try OperatorCase.all().map { row in
      let parts = row.name.split(separator: ".")
      return parts.prefix(parts[0] == "com" ? 3 : 1).joined(separator: ".")
    })
  // Models of tables have golden values of their own.
  #expect(Set(readable).subtracting(covered) == Set(TableModelTests.operators))
  #expect(readable.count > 150)
}

@Test("An operator that cannot be read is named, with where to find those that can")
func unknownOperatorIsNamed() throws {
  let unknown = ProtoModel(nodes: [ProtoNode("Nonesuch", ["x"], ["y"])])
  let error = #expect(throws: NetworkError.self) {
    try Network(onnxBytes: unknown.bytes, path: "unknown")
  }
  guard case .unsupported(_, "Nonesuch", _, let hint)? = error else {
    Issue.record("\(String(describing: error))")
    return
  }
  #expect(hint.contains("inspect --operators"))
}
