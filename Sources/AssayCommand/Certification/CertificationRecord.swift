import Certification
import Foundation
import Models

/// What was certified of a dataset.
struct CertificationRecord: Sendable {
  struct Row: Encodable, Sendable {
    let example: Int
    let label: Int
    let decision: Int
    let outcome: CertificationOutcome
    /// Its share of the batch's time.
    let seconds: Double
  }

  let model: String
  let data: String
  let norm: String
  let radius: Float
  let method: String
  /// The method's settings, each `NAME=VALUE`.
  let settings: [String]
  let seed: UInt64
  let examples: [Row]

  private func count(_ outcome: CertificationOutcome) -> Int {
    examples.count { $0.outcome == outcome }
  }

  /// Who abstains is not correct.
  var accuracy: Estimate {
    .proportion(examples.count { $0.decision == $0.label }, of: examples.count)
  }
  var certifiedAccuracy: Estimate { .proportion(count(.certified), of: examples.count) }

  var text: String {
    func number(_ value: Double) -> String { String(format: "%.1f", 100 * value) }
    func line(_ name: String, _ estimate: Estimate) -> String {
      "\(name)\(number(estimate.value))%  (95% CI \(number(estimate.low))–\(number(estimate.high)))"
    }
    let outcomes = CertificationOutcome.allCases.filter { count($0) > 0 }
      .map { "\(count($0)) \($0.rawValue)" }
    let abstained = examples.count { $0.decision < 0 }
    let notes =
      (abstained > 0 ? ["The classifier abstains on \(abstained) examples."] : [])
      + (settings.isEmpty ? [] : ["Settings: \(settings.joined(separator: ", ")), seed \(seed)."])
    return """
      \(line("Accuracy            ", accuracy))
      \(line("Certified accuracy  ", certifiedAccuracy))
      \(method), \(norm) radius \(radius), \(examples.count) examples: \
      \(outcomes.joined(separator: ", "))\(notes.map { "\nNote: " + $0 }.joined())
      """
  }

  var csv: String {
    let rows = examples.map {
      "\($0.example),\($0.label),\($0.decision),\($0.outcome.rawValue),"
        + String(format: "%.4f", $0.seconds)
    }
    return (["example,label,decision,outcome,seconds"] + rows).joined(separator: "\n") + "\n"
  }

  private struct Document: Encodable {
    let model: String
    let data: String
    let norm: String
    let radius: Float
    let method: String
    let settings: [String]
    let seed: UInt64
    let count: Int
    let accuracy: Estimate
    let certifiedAccuracy: Estimate
    let outcomes: [String: Int]
    let examples: [Row]?
  }

  func json(withExamples: Bool) throws -> String {
    let document = Document(
      model: model, data: data, norm: norm, radius: radius, method: method,
      settings: settings, seed: seed, count: examples.count, accuracy: accuracy,
      certifiedAccuracy: certifiedAccuracy,
      outcomes: Dictionary(
        uniqueKeysWithValues: CertificationOutcome.allCases.map { ($0.rawValue, count($0)) }),
      examples: withExamples ? examples : nil)
    return try JSONText.of(document)
  }
}
