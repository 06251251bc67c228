import Models
import Networks
import Tensors

extension Network {
  /// The share of examples near which the loss has no gradient in the inputs, or none that is a
  /// number: attacks along gradients stand still there.
  func vanishingGradientShare(
    near inputs: Tensor, labels: Tensor, within set: some PerturbationSet,
    loss: ClassificationLoss = .margin, batchSize: Int,
    using generator: inout some RandomNumberGenerator
  ) throws -> Double {
    let points = set.randomPoint(around: inputs, using: &generator)
    var useless = 0
    for start in stride(from: 0, to: inputs.size(0), by: batchSize) {
      let range = start..<min(start + batchSize, inputs.size(0))
      let gradients = try logitsAndGradient(at: points[range]) {
        loss.perExample($0, labels: labels[range]).sum()
      }.gradient.flattenedRows()
      let sizes = gradients.magnitude().max(axes: [1])
      useless += sizes.elements(as: Double.self).count { !($0 > 0 && $0.isFinite) }
    }
    return Double(useless) / Double(inputs.size(0))
  }
}

/// What to do where gradients vanish, or nil if few do.
func adviceOnVanishingGradients(_ share: Double) -> String? {
  guard share > 0.1 else { return nil }
  return "Attack without gradients as well ('assay attack --method square'): they vanish near "
    + "\(share.percent) of the examples, so that robust accuracy under gradient attacks means nothing."
}
