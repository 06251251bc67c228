import Foundation
import Networks
import Tensors
import TestSupport
import Testing

private let values = Tensor([-1.5, 0, 2.25, 3, 1024, -0.125], shape: [2, 3])

@Test("A file of the format's own library is read, element type by element type")
func ownFilesAreRead() throws {
  let file = try SafeTensors(reading: goldenPath("mixed.safetensors"))
  for name in ["f64", "f32", "f16", "bf16"] {
    expectClose(try #require(file.tensors[name]).cast(to: .float64), values, absolute: 0)
  }
  for name in ["i64", "i32"] {
    expectClose(
      try #require(file.tensors[name]).cast(to: .float64), values.truncated(), absolute: 0)
  }
  #expect(file.tensors["u8"]?.integers == [1, 0, 2, 3, 0, 0])
  #expect(file.tensors["bool"]?.booleans == [false, false, true, true, true, false])
  #expect(file.tensors["scalar"]?.shape == [] && file.tensors["empty"]?.shape == [0, 3])
  #expect(file.tensors["bf16"]?.dtype == .bfloat16 && file.tensors["f16"]?.dtype == .float32)
  #expect(file.metadata == ["format": "pt", "note": "ä/\"quoted\""])
}

@Test("What is written is read back the same, and written the same again")
func filesRoundTrip() throws {
  let file = try SafeTensors(reading: goldenPath("mixed.safetensors"))
  let again = try SafeTensors(bytes: file.encoded(), path: "again")
  #expect(again.metadata == file.metadata)
  #expect(Set(again.tensors.keys) == Set(file.tensors.keys))
  for (name, tensor) in file.tensors {
    let copy = try #require(again.tensors[name])
    #expect(
      copy.dtype == tensor.dtype && copy.shape == tensor.shape && copy.bytes() == tensor.bytes())
  }
  #expect(again.encoded() == file.encoded())
}

@Test("A network's parameters and statistics come back from a file")
func networksRoundTrip() throws {
  func make(_ seed: UInt64) throws -> Network {
    try Network(input: [2, 4, 4], seed: seed) {
      Conv2d(3, kernel: 3)
      BatchNorm()
      Flatten()
      Linear(2)
    }
  }
  let (first, second) = (try make(1), try make(2))
  let folder = NSTemporaryDirectory() + UUID().uuidString
  try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(atPath: folder) }
  try first.write(safetensors: folder + "/a.safetensors")
  let loaded = try second.loading(safetensors: folder + "/a.safetensors")
  #expect(loaded.parameters.values.scalars == first.parameters.values.scalars)
  #expect(loaded.buffers.values.scalars == first.buffers.values.scalars)
  #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["a.safetensors"])
  #expect(throws: NetworkError.self) { try first.write(safetensors: folder + "/no/a.safetensors") }
}

@Test("Tensors that are missing, too many or of another shape are named")
func misfitsAreNamed() throws {
  let network = try Network(input: [3], seed: 1) { Linear(2) }
  let name = network.parameters.layout.names[0]
  var file = network.safeTensors
  file.tensors["ghost"] = .zeros([1])
  #expect(
    throws: NetworkError.malformed(file: "f", reason: "this network has no use for: ghost.")
  ) { try network.loading(file, path: "f") }
  file = network.safeTensors
  file.tensors[name] = .zeros([3, 2])
  #expect(throws: NetworkError.parameterShape(name: name, expected: [2, 3], actual: [3, 2])) {
    try network.loading(file, path: "f")
  }
  file.tensors[name] = nil
  #expect(
    throws: NetworkError.missingParameter(name: name, available: Array(file.tensors.keys))
  ) { try network.loading(file, path: "f") }
}

/// A file with this header before `size` zero bytes.
private func file(_ header: String, size: Int, length: UInt64? = nil) -> Data {
  let length = length ?? UInt64(header.utf8.count)
  return withUnsafeBytes(of: length.littleEndian) { Data($0) } + Data(header.utf8)
    + Data(count: size)
}

private func entry(_ name: String, _ shape: String, _ offsets: String, dtype: String = "F32")
  -> String
{
  "\"\(name)\":{\"dtype\":\"\(dtype)\",\"shape\":\(shape),\"data_offsets\":\(offsets)}"
}

@Test(
  "A broken file is refused in one line",
  arguments: [
    ("nothing", Data()), ("too short", Data(count: 7)),
    ("header beyond the end", file("{}", size: 0, length: 100)),
    ("header of 2⁶³ bytes", file("{}", size: 0, length: 1 << 63)),
    ("header of all bytes", file("{}", size: 0, length: .max)),
    ("no JSON", file("{{{{", size: 0)), ("a list", file("[]", size: 0)),
    ("text", file("hello, world, this is text", size: 0, length: 26)),
    ("deep nesting", file(String(repeating: "{\"a\":", count: 5000), size: 0)),
    ("bytes of nobody", file("{}", size: 4)),
    ("too few bytes", file("{\(entry("a", "[2]", "[0,8]"))}", size: 4)),
    ("offsets that disagree", file("{\(entry("a", "[2]", "[0,4]"))}", size: 4)),
    ("offsets backwards", file("{\(entry("a", "[2]", "[8,0]"))}", size: 8)),
    ("negative offsets", file("{\(entry("a", "[2]", "[-8,0]"))}", size: 8)),
    ("one offset", file("{\(entry("a", "[2]", "[0]"))}", size: 8)),
    ("a hole", file("{\(entry("a", "[1]", "[0,4]")),\(entry("b", "[1]", "[8,12]"))}", size: 12)),
    (
      "an overlap", file("{\(entry("a", "[2]", "[0,8]")),\(entry("b", "[2]", "[4,12]"))}", size: 12)
    ),
    ("a negative size", file("{\(entry("a", "[-2]", "[0,8]"))}", size: 8)),
    ("sizes that overflow", file("{\(entry("a", "[4611686018427387904,4]", "[0,8]"))}", size: 8)),
    ("a size that is no integer", file("{\(entry("a", "[1.5]", "[0,4]"))}", size: 4)),
    ("an unknown type", file("{\(entry("a", "[1]", "[0,1]", dtype: "F8_E4M3"))}", size: 1)),
    ("metadata that is no text", file("{\"__metadata__\":{\"a\":1}}", size: 0)),
  ] as [(String, Data)])
func brokenFilesAreRefused(name: String, bytes: Data) {
  let error = #expect(throws: NetworkError.self) { try SafeTensors(bytes: bytes, path: "f") }
  if case .malformed("f", let reason)? = error {
    #expect(!reason.contains("\n"))
  } else {
    Issue.record("\(String(describing: error))")
  }
}
