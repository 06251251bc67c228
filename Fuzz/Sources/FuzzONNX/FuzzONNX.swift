import Foundation
import Networks
import Tensors

/// Reads the input as an ONNX file and, where the network is cheap, asks it about two examples of
/// zeros.
///
/// A network that was read has promised to run: a trap in evaluation is a finding, too.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzONNX(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Data(UnsafeBufferPointer(start: start, count: count))
  guard let network = try? Network(onnxBytes: bytes, path: "input"), network.isCheap else {
    return 0
  }
  let example = Tensor.zeros([network.fixedBatch ?? 2] + network.inputShape)
  if let output = try? network.output(of: example) { _ = output.bytes() }
  return 0
}

extension Network {
  /// Whether two examples take less than a moment and a little memory.
  fileprivate var isCheap: Bool {
    let batch = Double(fixedBatch ?? 2)
    return cost.flops * batch < 1e8 && Double(peakActivationBytes) * batch < 1e8
  }
}
