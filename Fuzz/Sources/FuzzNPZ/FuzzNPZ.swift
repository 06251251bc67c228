import Datasets
import Tensors

/// Reads the input as an archive, as an array and as an IDX file, as whoever loads data would.
///
/// Limits are those of users, but for sizes: the fuzzer's own limit on memory has to stay above
/// them.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzNPZ(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  var limits = DataLimits()
  limits.bytes = 16 << 20
  limits.mapping = .max
  if let archive = try? NPZ(bytes, source: "input", limits: limits) {
    for name in archive.names.prefix(32) { use(try? archive.array(name)) }
    use((try? Dataset(archive))?.inputs)
  }
  use(try? NPY.decode(bytes, source: "input", limits: limits))
  use(try? IDX.decode(bytes, source: "input", limits: limits))
  return 0
}

/// Touches every byte, so that the address sanitizer sees a tensor that reaches beyond its memory.
private func use(_ tensor: Tensor?) {
  if let tensor, tensor.count < 1 << 24 { _ = tensor.bytes() }
}
