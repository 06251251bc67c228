import Audit
import Datasets
import Networks

extension AuditReport.Model {
  /// Describes a network and the file that it came from.
  ///
  /// - Throws: what reading the file throws.
  init(_ network: Network, path: String) throws {
    var operations: NamedList<Int> = [:]
    for node in network.graph.nodes {
      operations[node.operation.name] = (operations[node.operation.name] ?? 0) + 1
    }
    self.init(
      path: path, sha256: try FileDigest.sha256(ofFile: path),
      parameters: network.parameters.count, flops: Int(exactly: network.cost.flops.rounded()),
      inputShape: network.inputShape, classes: network.classes ?? 0, operations: operations)
  }
}
