import Models
import Networks
import Tensors
public struct IntervalCertificate { public init() {}
  public func certified(_ n: Network, _ x: Tensor, labels: Tensor, within set: some PerturbationSet) throws -> [Bool] { (0..<x.size(0)).map { _ in false } }
}
extension Network { public func checkIntervalSupport() throws(NetworkError) {} }
