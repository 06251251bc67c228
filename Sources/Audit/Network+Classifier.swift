import Models
import Networks
import Tensors

/// A network as a classifier, ending in logits, and how it was found to be one.
public struct Classifier: Sendable {
  /// The network, whose output is `[batch, classes]` with at least two classes.
  public let network: Network
  public let classes: Int
  /// What the user should know about how the outputs were read.
  public let notes: [String]

  /// Decides what the outputs of `network` are: by its last nodes where they tell, else by the
  /// values that it gives for `inputs`.
  ///
  /// - `scores`: what the outputs are, if the user says so.
  /// - Throws: `AuditError.noClassifier` if there is no row of scores for each example,
  ///   `AuditError.unknownScores` if the values leave open what they are, and what evaluating throws.
  public init(_ network: Network, inputs: Tensor, scores: ScoreKind? = nil) throws {
    let type = network.graph.outputType
    guard type.dtype.isFloatingPoint, network.hasOutputPerExample, 1...2 ~= type.shape.count else {
      throw AuditError.noClassifier(output: "\(type)")
    }
    var notes: [String] = []
    let isSingle = type.shape.count == 1 || type.shape[1] == 1
    // What a user calls logits is left as it is.
    let scored = scores == .logits ? network : network.endingInLogits()
    if scored.graph.output != network.graph.output {
      notes.append(
        "The model ends in a \(isSingle ? "sigmoid" : "softmax"); the checks use the scores before "
          + "it.")
      self.network = isSingle ? try scored.endingInLogits(from: .logits) : scored
    } else {
      let kind = try scores ?? Self.told(by: network, on: inputs, isSingle: isSingle)
      self.network = try network.endingInLogits(from: kind)
      let use = kind == .sigmoids ? "log-odds" : "logarithms"
      if let scores, scores != .logits {
        notes.append("The outputs were read as \(scores), as asked; the checks use their \(use).")
      } else if kind != .logits {
        notes.append("The outputs are \(kind) by their values; the checks use their \(use).")
      }
    }
    if isSingle {
      notes.append("The model gives one score; it is that of class 1 of two.")
    }
    (classes, self.notes) = (isSingle ? 2 : type.shape[1].size, notes)
  }

  private static func told(
    by network: Network, on inputs: Tensor, isSingle: Bool
  ) throws -> ScoreKind {
    let outputs = try network.logits(of: inputs, batchSize: network.affordableBatch(atMost: 256))
    let kind = ScoreKind.told(by: outputs.reshaped(to: [inputs.size(0), -1]))
    // What a layer without an activation gives is not bound to stay between 0 and 1.
    if kind == nil || isSingle, network.endsInAffineLayer { return .logits }
    guard let kind else {
      throw AuditError.unknownScores(output: "\(network.graph.outputType)")
    }
    return kind
  }
}

extension Network {
  /// Whether the last thing that computes is a dense layer or a convolution.
  fileprivate var endsInAffineLayer: Bool {
    var end = graph.output
    while case .reshape = graph.nodes[end].operation { end = graph.nodes[end].operands[0] }
    return switch graph.nodes[end].operation {
    case .linear, .convolution: true
    default: false
    }
  }
}
