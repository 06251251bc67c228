import Models
import Networks
import Tensors

extension AuditSubject {
  /// The network, with scores that treat both classes alike.
  ///
  /// A model of one score has zero for the other class, whose gradient says nothing and whose energy
  /// is the same for every input that is surely of it. Less their mean, the scores give the same probabilities.
  func symmetricNetwork(_ predictions: Predictions) throws -> Network {
    let isOneScore =
      classes == 2 && !(predictions.logits.selecting(0, axis: 1) .!= 0).any().booleans[0]
    guard isOneScore else { return network }
    return try network.rewritten(
      by: { _, _, _ in nil },
      ending: { builder, scores in
        let mean = try builder.add(.reduce(.mean, axes: [1], keepingAxes: true), [scores])
        return try builder.add(.combine(.subtract), [scores, mean])
      })
  }
}
