import Foundation
import Networks
import Tensors

/// Reads the input as an ONNX file, which may be compressed or keep tensors in another file, and, where the network is cheap, asks it about two examples of
/// zeros.
///
/// A network that was read has promised to run: a trap in evaluation is a finding, too.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzONNX(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Data(UnsafeBufferPointer(start: start, count: count))
  guard let network = try? read(bytes), network.isCheap else { return 0 }
  let example = Tensor.zeros([network.fixedBatch ?? 2] + network.inputShape)
  if let output = try? network.output(of: example) { _ = output.bytes() }
  return 0
}

/// A folder with a file that models may keep their tensors in.
private let folder: String = {
  let folder = FileManager.default.temporaryDirectory.appending(path: "fuzz-\(getpid())")
  try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  try? Data(count: 4096).write(to: folder.appending(path: "weights.data"))
  return folder.path(percentEncoded: false)
}()

/// Reads a compressed file from the disk, as a user's, and any other from memory.
private func read(_ bytes: Data) throws -> Network {
  guard bytes.starts(with: [0x1f, 0x8b]) else {
    return try Network(
      onnxBytes: bytes, path: "input", folder: folder, exampleShapes: ["": [4]])
  }
  let path = folder + "/model.onnx"
  try bytes.write(to: URL(fileURLWithPath: path))
  return try Network(onnx: path)
}

extension Network {
  /// Whether two examples take less than a moment and a little memory.
  fileprivate var isCheap: Bool {
    let batch = Double(fixedBatch ?? 2)
    return cost.flops * batch < 1e8 && Double(peakActivationBytes) * batch < 1e8
  }
}
