import CTorch

/// Where a tensor's elements lie.
public enum Device: Sendable, Hashable, CustomStringConvertible {
  case cpu
  case cuda(index: Int)

  public var description: String {
    switch self {
    case .cpu: "cpu"
    case .cuda(let index): "cuda:\(index)"
    }
  }

  /// Every device that this machine and this build of libtorch offer.
  public static var available: [Device] {
    [.cpu] + (0..<Int(assay_cuda_devices())).map { .cuda(index: $0) }
  }
}
