import Models
import Tensors

/// What the checks of one audit share: the subject, the settings, and what earlier checks found.
public struct AuditContext: Sendable {
  public let subject: AuditSubject
  public let settings: AuditSettings
  /// What the model says about the data, asked once.
  public let predictions: Predictions
  /// Each check has its own, so that leaving a check out changes nothing for the others.
  public var generator: Generator
  /// What the attack found out, for the checks after it.
  public var attack: RobustnessEvidence?
  /// What the certificate found out, for the checks after it.
  public var certificate: RobustnessEvidence?
  /// Told how far the current check is, from 0 to 1.
  public var report: @Sendable (Double) -> Void = { _ in }

  /// - Throws: what evaluating the model throws, and `CancellationError`.
  public init(_ subject: AuditSubject, settings: AuditSettings) throws {
    (self.subject, self.settings) = (subject, settings)
    let logits = try subject.network.logits(
      of: subject.data.inputs, batchSize: subject.network.affordableBatch(atMost: 256))
    predictions = Predictions(logits: logits, labels: subject.labels)
    generator = Generator(seed: settings.seed)
  }

  /// The examples that a slower check looks at: all, or so many, evenly spread over the data.
  func sample(atMost limit: Int) -> Sample {
    let (total, count) = (subject.data.count, min(limit, subject.data.count))
    let rows = Tensor((0..<count).map { $0 * total / count })
    return Sample(
      rows: rows, inputs: subject.data.inputs.gathering(rows), predictions: predictions.rows(rows))
  }

  /// - Throws: `CheckSkipped` if the model gives some example a score that is no number.
  func requireFiniteScores() throws {
    let broken = predictions.count - Int(predictions.isDecided.sum().item())
    guard broken == 0 else {
      throw CheckSkipped("The scores of \(broken) examples are not numbers or are infinite.")
    }
  }
}

/// Some of the examples, and what the model says about them.
struct Sample {
  /// Which of the data they are; `[count]` of `int64`.
  let rows: Tensor
  let inputs: Tensor
  let predictions: Predictions

  var count: Int { predictions.count }
  var labels: Tensor { predictions.labels }
}
