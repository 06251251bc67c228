import Datasets
import Foundation
import Tensors
import TestSupport
import Testing

private func idx(_ type: UInt8, _ sizes: [UInt32], _ data: [UInt8]) -> [UInt8] {
  [0, 0, type, UInt8(sizes.count)]
    + sizes.flatMap { size in withUnsafeBytes(of: size.bigEndian) { Array($0) } } + data
}

@Test(
  "Every element type is read",
  arguments: [
    ValueCase("bytes", [1, 255]) { try IDX.decode(idx(8, [2], [1, 255]), source: "a") },
    ValueCase("signed bytes", [1, -1]) { try IDX.decode(idx(9, [2], [1, 255]), source: "a") },
    ValueCase("16 bits", [258]) { try IDX.decode(idx(0x0b, [1], [1, 2]), source: "a") },
    ValueCase("32 bits", [-2]) {
      try IDX.decode(idx(0x0c, [1], [255, 255, 255, 254]), source: "a")
    },
    ValueCase("floats", [1], shape: [1, 1]) {
      try IDX.decode(idx(0x0d, [1, 1], [0x3f, 0x80, 0, 0]), source: "a")
    },
    ValueCase("doubles", [-2]) {
      try IDX.decode(idx(0x0e, [1], [0xc0, 0, 0, 0, 0, 0, 0, 0]), source: "a")
    },
  ])
func idxTypes(_ row: ValueCase) throws { try row.check(absolute: 0) }

@Test(
  "MNIST's test images are read from their folder",
  .enabled(if: TestFiles.shared("mnist") != nil, "../shared/mnist is absent"))
func mnist() throws {
  let folder = try #require(TestFiles.shared("mnist"))
  let data = try DatasetLoader().load(path: folder)
  #expect(data.inputs.shape == [10_000, 1, 28, 28])
  #expect(data.inputs.min().item() == 0 && data.inputs.max().item() == 1)
  #expect(data.labels?.prefix(5) == [7, 2, 1, 0, 4])
  #expect(data.classCount == 10)
  // The published mean of the test images is 33.79 of 255.
  #expect(abs(data.inputs.mean().item() * 255 - 33.79) < 0.01)
  let one = try DatasetLoader().load(path: folder + "/t10k-images-idx3-ubyte.gz")
  #expect(one.labels == data.labels)
}

@Test(
  "Hostile IDX files are refused for what they are",
  arguments: [
    ([UInt8](), DataError.truncated(path: "h", needed: 3, found: 0)),
    (Array("text".utf8), .malformed(path: "h", reason: "it does not begin as IDX does")),
    (idx(8, [], []), .malformed(path: "h", reason: "it does not begin as IDX does")),
    (idx(8, [9, 9], [1]), .truncated(path: "h", needed: 81, found: 1)),
    (
      idx(8, [.max, .max, .max], []),
      .tooLarge(path: "h", what: "an array", size: .max, limit: DataLimits().bytes)
    ),
    ([0, 0, 8, 3, 0, 0], .truncated(path: "h", needed: 8, found: 6)),
    (
      [0x1f, 0x8b, 8, 0, 1, 2, 3],
      .malformed(path: "h", reason: "its compressed data are wrong or cut off")
    ),
  ])
func hostileIDX(_ bytes: [UInt8], _ expected: DataError) {
  let error = #expect(throws: DataError.self) { try IDX.decode(bytes, source: "h") }
  #expect(error == expected)
}

@Test("A gzip bomb stops at the limit")
func gzipBomb() throws {
  // 10 MB of zeros in 10 KB, made by a deflate block that repeats itself.
  try TestFiles.withTemporaryFolder { folder in
    let path = folder + "/bomb-images-idx3-ubyte"
    try Data(count: 10_000_000).write(to: URL(filePath: path))
    let gzip = Process()
    gzip.executableURL = URL(filePath: "/usr/bin/env")
    gzip.arguments = ["gzip", path]
    try gzip.run()
    gzip.waitUntilExit()
    var limits = DataLimits()
    limits.bytes = 1_000_000
    let error = #expect(throws: DataError.self) { try IDX.read(path + ".gz", limits: limits) }
    guard case .tooLarge = error else {
      return #expect(Bool(false), "\(String(describing: error))")
    }
  }
}

@Test("Labels that are missing beside their images are a missing file")
func idxWithoutLabels() throws {
  try TestFiles.withTemporaryFolder { folder in
    let path = folder + "/t10k-images-idx3-ubyte"
    try Data(idx(8, [1, 2, 2], [1, 2, 3, 4])).write(to: URL(filePath: path))
    let error = #expect(throws: DataError.self) { try DatasetLoader().load(path: path) }
    #expect(error?.isMissingInput == true)
    try Data(idx(8, [1], [3])).write(to: URL(filePath: folder + "/t10k-labels-idx1-ubyte"))
    let data = try DatasetLoader().load(path: path)
    #expect(data.inputs.shape == [1, 1, 2, 2] && data.labels == [3])
  }
}
