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
  let unknown = ProtoModel(nodes: [ProtoNode("Nonesuch", ["x"], ["y"])])
  let error = #expect(throws: NetworkError.self) {
    try Network(onnxBytes: unknown.bytes, path: "unknown")
  }
  guard case .unsupported(_, "Nonesuch", _, let hint)? = error else {
    Issue.record("\(String(describing: error))")
    return
  }
  let supported = hint.dropFirst("Supported are: ".count).dropLast().split(separator: ", ")
  let covered = Set(try OperatorCase.all().map { $0.name.prefix { $0 != "." } })
  // Models of tables have golden values of their own.
  let tables = Set(TableModelTests.operators.map { $0[...] })
  #expect(Set(supported).subtracting(covered) == tables)
  #expect(supported.count > 90)
}
