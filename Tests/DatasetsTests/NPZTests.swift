import Datasets
import Foundation
import Tensors
import TestSupport
import Testing

private let table = Tensor([0.0, 1, 2, 3, 4, 5], shape: [2, 3])

@Test("NumPy's archives are read in every type and order", arguments: ["stored", "deflated"])
func npzTypes(_ name: String) throws {
  let archive = try NPZ(reading: TestFiles.golden("numpy/\(name).npz"))
  #expect(archive.names.count == 22)
  for name in archive.names {
    expectClose(try archive.array(name), table, absolute: 0)
  }
}

@Test("Types become the narrowest that Assay has for them")
func npzDTypes() throws {
  let archive = try NPZ(reading: TestFiles.golden("numpy/stored.npz"))
  let expected: [String: DType] = [
    "little_f2": .float32, "big_f4": .float32, "little_f8": .float64, "i1": .int32,
    "big_i2": .int32, "little_i4": .int32, "big_i8": .int64, "u1": .uint8, "little_u2": .int32,
    "big_u4": .int64, "little_u8": .int64,
  ]
  for (name, dtype) in expected { #expect(try archive.array(name).dtype == dtype, "\(name)") }
}

@Test("What is written is read back, mapped or unpacked", arguments: [false, true])
func npzRoundTrip(isCompressed: Bool) throws {
  var limits = DataLimits()
  limits.mapping = 16
  let zeros = Tensor.zeros([100, 1000])
  let archive = try TestFiles.withTemporaryFolder { folder in
    let path = folder + "/a.npz"
    try NPZ.write(["x": table, "zeros": zeros], to: path, isCompressed: isCompressed)
    let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
    #expect((size < 10_000) == isCompressed)
    return try NPZ(reading: path, limits: limits)
  }
  #expect(archive.names == ["x", "zeros"])
  expectClose(try archive.array("x"), table, absolute: 0)
  expectClose(try archive.array("zeros"), zeros, absolute: 0)
}

@Test("Equal arrays give equal files, and a failed write leaves the old file")
func npzWritingIsAtomic() throws {
  try TestFiles.withTemporaryFolder { folder in
    for name in ["a", "b"] { try NPZ.write(["x": table], to: "\(folder)/\(name).npz") }
    let contents = try Data(contentsOf: URL(filePath: folder + "/a.npz"))
    #expect(try contents == Data(contentsOf: URL(filePath: folder + "/b.npz")))
    let error = #expect(throws: DataError.self) {
      try NPZ.write(["x": table], to: folder + "/no/such/folder.npz")
    }
    #expect(error?.isUnwritableOutput == true)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder).count == 2)
  }
}

@Test("A missing array is named beside those that are there")
func npzMissingArray() throws {
  let archive = try NPZ(reading: TestFiles.golden("numpy/stored.npz"))
  let error = #expect(throws: DataError.self) { try archive.firstArray(of: ["x", "images"]) }
  #expect(
    error
      == .missingArray(path: archive.source, wanted: ["x", "images"], available: archive.names))
}

/// A zip archive of one entry, whose directory says what a test wants it to say.
private struct Forgery {
  var name = "x.npy"
  var body = NPY.encode(table)
  var method: UInt16 = 0
  var flags: UInt16 = 0
  var size: UInt32?
  var packedSize: UInt32?
  var checksum: UInt32 = 0
  var offset: UInt32 = 0
  var count: UInt16 = 1

  func bytes() -> [UInt8] {
    func little(_ values: any FixedWidthInteger...) -> [UInt8] {
      values.flatMap { value in
        (0..<value.bitWidth / 8).map { UInt8(truncatingIfNeeded: Int(value) >> (8 * $0)) }
      }
    }
    let sizes = [packedSize ?? UInt32(body.count), size ?? UInt32(body.count)]
    let common =
      little(20 as UInt16, flags, method, 0 as UInt16, 0 as UInt16) + little(checksum)
      + little(sizes[0], sizes[1], UInt16(name.utf8.count), 0 as UInt16)
    let entry = little(0x0403_4b50 as UInt32) + common + Array(name.utf8) + body
    let directory =
      little(0x0201_4b50 as UInt32, 20 as UInt16) + common
      + little(0 as UInt16, 0 as UInt16, 0 as UInt16, 0 as UInt32, offset) + Array(name.utf8)
    return entry + directory
      + little(0x0605_4b50 as UInt32, 0 as UInt32, count, count, UInt32(directory.count))
      + little(UInt32(entry.count), 0 as UInt16)
  }
}

private struct HostileArchive: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let bytes: [UInt8]
  let error: DataError

  init(_ name: String, _ bytes: [UInt8], _ error: DataError) {
    (testDescription, self.bytes, self.error) = (name, bytes, error)
  }

  init(_ name: String, _ error: DataError, _ forge: (inout Forgery) -> Void) {
    var forgery = Forgery()
    forge(&forgery)
    self.init(name, forgery.bytes(), error)
  }
}

private func damaged(_ reason: String, _ path: String = "h") -> DataError {
  .malformed(path: path, reason: reason)
}

private let hostile: [HostileArchive] = [
  HostileArchive("nothing", [], damaged("it has no zip directory")),
  HostileArchive("random bytes", Array("PK not a zip".utf8), damaged("it has no zip directory")),
  HostileArchive(
    "cut in half", Array(Forgery().bytes().prefix(150)), damaged("it has no zip directory")),
  HostileArchive("a name with ..", .unsafeEntryName(path: "h", entry: "../x.npy")) {
    $0.name = "../x.npy"
  },
  HostileArchive("a name with .. inside", .unsafeEntryName(path: "h", entry: "a\\..\\x.npy")) {
    $0.name = "a\\..\\x.npy"
  },
  HostileArchive("an absolute name", .unsafeEntryName(path: "h", entry: "/etc/x.npy")) {
    $0.name = "/etc/x.npy"
  },
  HostileArchive("encrypted", damaged("an entry is encrypted")) { $0.flags = 1 },
  HostileArchive(
    "an unknown method", damaged("an entry is packed by method 12, not stored or deflated")
  ) { $0.method = 12 },
  HostileArchive("a wrong checksum", damaged("its checksum is wrong", "h:x.npy")) { _ in },
  HostileArchive("sizes that differ", damaged("its sizes contradict each other", "h:x.npy")) {
    $0.size = 10
  },
  HostileArchive(
    "an entry beyond the end", .truncated(path: "h:x.npy", needed: 4_000_000_035, found: 284)
  ) { $0.packedSize = 4_000_000_000 },
  HostileArchive(
    "an offset beyond the end", .truncated(path: "h", needed: 3_000_000_004, found: 284)
  ) { $0.offset = 3_000_000_000 },
  HostileArchive(
    "more entries than bytes", damaged("its directory is shorter than it says")
  ) { $0.count = 60_000 },
  HostileArchive(
    "garbage instead of deflate", damaged("its compressed data are wrong", "h:x.npy")
  ) {
    $0.method = 8
    $0.body = [UInt8](repeating: 0xff, count: 40)
  },
  HostileArchive(
    "a bomb of 3 GB",
    .tooLarge(
      path: "h:x.npy", what: "an unpacked size", size: 3_000_000_000, limit: DataLimits().bytes)
  ) {
    $0.method = 8
    $0.size = 3_000_000_000
  },
  HostileArchive(
    "a bomb that grows 1000-fold",
    .suspiciousCompression(path: "h", entry: "x.npy", ratio: 1000)
  ) {
    $0.method = 8
    $0.body = [UInt8](repeating: 0, count: 500_000)
    $0.size = 500_000_000
  },
  HostileArchive(
    "a growth that deflate cannot have",
    .suspiciousCompression(path: "h", entry: "x.npy", ratio: 30_000)
  ) {
    $0.method = 8
    $0.body = [UInt8](repeating: 0, count: 1000)
    $0.size = 30_000_000
  },
]

@Test("Hostile archives are refused for what they are, quickly", arguments: hostile)
private func hostileArchives(_ row: HostileArchive) {
  let start = ContinuousClock.now
  let error = #expect(throws: DataError.self) {
    try NPZ(row.bytes, source: "h").array("x")
  }
  #expect(error == row.error)
  #expect(ContinuousClock.now - start < .seconds(2))
}

@Test("No prefix and no changed byte of a good archive crashes the reader")
func npzMutations() throws {
  for name in ["stored", "deflated"] {
    let path = TestFiles.golden("numpy/\(name).npz")
    let good = [UInt8](try Data(contentsOf: URL(filePath: path)))
    var generator = Generator(seed: 1)
    for _ in 0..<1500 {
      var bytes = good
      let index = Int.random(in: bytes.indices, using: &generator)
      bytes[index] = UInt8.random(in: 0...255, using: &generator)
      if index % 7 == 0 { bytes.removeLast(index / 2) }
      guard let archive = try? NPZ(bytes, source: "changed") else { continue }
      for name in archive.names { _ = try? archive.array(name) }
    }
  }
}
