import Datasets
import Foundation
import Tensors
import TestSupport
import Testing

private let table = Tensor([0.0, 1, 2, 3, 4, 5], shape: [2, 3])

/// An NPY file with a header of our own making.
func npyBytes(_ header: String, version: UInt8 = 1, data: [UInt8] = [], size: Int? = nil) -> [UInt8]
{
  let text = Array(header.utf8)
  let length = size ?? text.count
  let count = (0..<(version == 1 ? 2 : 4)).map { UInt8(length >> (8 * $0) & 255) }
  return [0x93] + Array("NUMPY".utf8) + [version, 0] + count + text + data
}

private func header(_ type: String, _ shape: String, order: String = "False") -> String {
  "{'descr': '\(type)', 'fortran_order': \(order), 'shape': \(shape), }\n"
}

@Test("Every version of the format is read", arguments: 1...3)
func npyVersions(_ version: Int) throws {
  let tensor = try NPY.read(TestFiles.golden("numpy/version\(version).npy"))
  #expect(tensor.dtype == .float32)
  expectClose(tensor, table, absolute: 0)
}

@Test("Booleans and arrays of rank 0 are read")
func npySpecialArrays() throws {
  let truths = try NPY.read(TestFiles.golden("numpy/boolean.npy"))
  #expect(truths.dtype == .bool)
  #expect(truths.booleans == [false, true, false, true, false, true])
  let scalar = try NPY.read(TestFiles.golden("numpy/scalar.npy"))
  #expect(scalar.shape == [] && scalar.item() == 2.5)
}

@Test("What is written is read back exactly", arguments: DType.allCases)
func npyRoundTrip(_ dtype: DType) throws {
  let tensor = table.cast(to: dtype)
  let copy = try NPY.decode(NPY.encode(tensor), source: "memory")
  #expect(copy.dtype == (dtype == .bfloat16 ? .float32 : dtype))
  expectClose(copy, tensor, absolute: 0)
  try TestFiles.withTemporaryFolder { folder in
    try NPY.write(tensor, to: folder + "/a.npy")
    expectClose(try NPY.read(folder + "/a.npy"), tensor, absolute: 0)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["a.npy"])
  }
}

@Test("A large file is mapped, and outlives its removal")
func npyMapping() throws {
  var limits = DataLimits()
  limits.mapping = 16
  limits.bytes = 8
  let tensor = try TestFiles.withTemporaryFolder { folder in
    try NPY.write(table, to: folder + "/a.npy")
    return try NPY.read(folder + "/a.npy", limits: limits)
  }
  expectClose(tensor, table, absolute: 0)
}

@Test("An array that has to be converted counts as large as it becomes")
func npyConversionLimit() {
  var limits = DataLimits()
  limits.bytes = 39
  let bytes = npyBytes(header("|i1", "(10,)"), data: [UInt8](repeating: 1, count: 10))
  #expect(
    throws: DataError.tooLarge(path: "h", what: "an array to convert", size: 40, limit: 39)
  ) { try NPY.decode(bytes, source: "h", limits: limits) }
  limits.bytes = 40
  #expect((try? NPY.decode(bytes, source: "h", limits: limits))?.count == 10)
}

@Test("An array without elements has its shape")
func npyEmpty() throws {
  let bytes = npyBytes(header("<f4", "(0, 3)"))
  #expect(try NPY.decode(bytes, source: "empty").shape == [0, 3])
}

/// Bytes that are no array, and what is said of them.
private struct HostileArray: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let bytes: [UInt8]
  let error: DataError

  init(_ name: String, _ bytes: [UInt8], _ error: DataError) {
    (testDescription, self.bytes, self.error) = (name, bytes, error)
  }
}

private func damaged(_ reason: String) -> DataError { .malformed(path: "h", reason: reason) }

private let huge = "(9223372036854775807, 2)"
private let hostile: [HostileArray] = [
  HostileArray("nothing", [], damaged("it does not begin as NPY does")),
  HostileArray("text", Array("hello, world".utf8), damaged("it does not begin as NPY does")),
  HostileArray(
    "only the magic", npyBytes("").prefix(6) + [],
    .truncated(path: "h", needed: 7, found: 6)),
  HostileArray("version 9", npyBytes("{}", version: 9), damaged("NPY version 9 is not 1 to 3")),
  HostileArray(
    "a header longer than the file", npyBytes("{}", size: 500),
    .truncated(path: "h", needed: 510, found: 12)),
  HostileArray(
    "a header of 1 GB", npyBytes("{}", version: 2, size: 1 << 30),
    .tooLarge(path: "h", what: "a header", size: 1 << 30, limit: 64 << 10)),
  HostileArray("no dictionary", npyBytes("[1]"), damaged("its header is not readable")),
  HostileArray("an open dictionary", npyBytes("{'a': 'b'"), damaged("its header is not readable")),
  HostileArray(
    "nested lists", npyBytes("{'descr': " + String(repeating: "[", count: 60_000)),
    damaged("its header is not readable")),
  HostileArray(
    "fields missing", npyBytes("{'descr': '<f4'}"),
    damaged("its header lacks a type, an order or a shape")),
  HostileArray(
    "records", npyBytes("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,)}"),
    .unsupportedType(path: "h", type: "a record of fields")),
  HostileArray(
    "objects", npyBytes(header("|O", "(1,)")), .unsupportedType(path: "h", type: "|O")),
  HostileArray("texts", npyBytes(header("<U5", "(1,)")), .unsupportedType(path: "h", type: "<U5")),
  HostileArray(
    "complex numbers", npyBytes(header("<c8", "(1,)")), .unsupportedType(path: "h", type: "<c8")),
  HostileArray(
    "a negative size", npyBytes(header("<f4", "(2, -3)")), damaged("a size in [2, -3] is negative")),
  HostileArray(
    "a size beyond 64 bits", npyBytes(header("<f4", "(99999999999999999999,)")),
    damaged("its header is not readable")),
  HostileArray(
    "a product beyond 64 bits", npyBytes(header("<f4", huge)),
    .tooLarge(path: "h", what: "an array", size: .max, limit: DataLimits().bytes)),
  HostileArray(
    "an empty axis beside absurd ones", npyBytes(header("<f4", "(0, 4611686018427387904, 8)")),
    .tooLarge(path: "h", what: "an array", size: .max, limit: DataLimits().bytes)),
  HostileArray(
    "100 axes", npyBytes(header("<f4", "(" + String(repeating: "1,", count: 100) + ")")),
    .tooLarge(path: "h", what: "a rank", size: 100, limit: 32)),
  HostileArray(
    "40 GB that are not there", npyBytes(header("<f4", "(10000000000,)")),
    .truncated(path: "h", needed: 40_000_000_000, found: 0)),
  HostileArray(
    "one byte short", npyBytes(header("<f4", "(2,)"), data: [0, 0, 0, 0, 0, 0, 0]),
    .truncated(path: "h", needed: 8, found: 7)),
]

@Test("Hostile arrays are refused for what they are", arguments: hostile)
private func hostileArrays(_ row: HostileArray) {
  let start = ContinuousClock.now
  let error = #expect(throws: DataError.self) { try NPY.decode(row.bytes, source: "h") }
  #expect(error == row.error)
  #expect(ContinuousClock.now - start < .seconds(2))
}

@Test("No prefix and no changed byte of a good file crashes the reader")
func npyMutations() {
  let good = NPY.encode(table)
  for length in good.indices { _ = try? NPY.decode(Array(good[..<length]), source: "prefix") }
  for index in good.indices.prefix(128) {
    for bit in 0..<8 {
      var bytes = good
      bytes[index] ^= 1 << bit
      _ = try? NPY.decode(bytes, source: "changed")
    }
  }
}
