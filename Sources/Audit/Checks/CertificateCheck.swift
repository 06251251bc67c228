import Certification
import Foundation
import Models
import Networks
import Tensors

/// For how many examples no change within a radius can turn the decision, proven.
///
/// Intervals are tried on all examples; then linear bounds, and linear bounds with optimized slopes,
/// on those that are still open, while time is left.
public struct CertificateCheck: Check {
  public let id = "certificate"
  public let title = "Certificate"
  /// For how long linear bounds may be tried; a batch that has begun is finished.
  public var seconds: Double

  public init(seconds: Double = 6) {
    self.seconds = seconds
  }

  public func run(_ context: inout AuditContext) throws -> Finding {
    let (settings, domain) = (context.settings, context.subject.domain)
    let network = context.subject.network
    let sample = context.sample(atMost: settings.exampleLimit)
    let radii = settings.radii(for: domain)
    let sets = try radii.map { try settings.set(radius: $0, domain: domain) }
    var marks: [[Bool]] = []
    for (index, set) in sets.enumerated() {
      try Task.checkCancellation()
      marks.append(
        try IntervalCertificate().certified(
          network, sample.inputs, labels: sample.labels, within: set))
      context.report(0.3 * Double(index + 1) / Double(radii.count))
    }
    let intervals = Estimate.proportion(marks[0].count { $0 }, of: sample.count)
    var certification = LinearCertification(network, sample, sets: sets, marks: marks)
    let report = context.report
    certification.run(seconds: seconds) { report(0.3 + 0.7 * $0) }
    marks = certification.marks
    try Task.checkCancellation()

    let norm = settings.norm.rawValue
    let names =
      ["interval"] + certification.steps.filter { $0.proven > 0 }.map(\.method.description)
    context.certificate = RobustnessEvidence(
      norm: norm, radii: radii, marks: marks, sample: sample, candidates: nil, methods: names)
    let points = zip(radii, marks).map { radius, marks in
      SeriesPoint(
        norm: norm, radius: radius, Estimate.proportion(marks.count { $0 }, of: marks.count))
    }
    let first = points[0]
    return Finding(
      id: id, title: title, status: .pass,
      summary:
        "Certified accuracy \(first.value.percent) at \(settings.norm.symbol) \(first.radius!), by \(names.listed) "
        + "bounds.",
      metrics: [
        "smallestRadiusCertified": Metric(
          first.value, low: first.low, high: first.high, unit: .fraction,
          label: "Certified accuracy, \(settings.norm.symbol) \(first.radius!)"),
        "smallestRadiusByIntervals": Metric(
          intervals, unit: .fraction,
          label: "By interval bounds alone, \(settings.norm.symbol) \(first.radius!)"),
      ],
      series: ["certifiedAccuracy": points],
      advice: first.value < 0.5
        ? [
          "Bounds certify little of a network that was not trained for them; that is no sign of "
            + "weakness. Where a proof is needed, train with 'assay train --certified ibp'."
        ] : [],
      notes: [
        "Interval bounds in double precision with outward rounding, on \(sample.count) examples."
      ] + certification.notes)
  }
}

extension [String] {
  /// The words in a sentence: "a", "a and b", "a, b and c".
  var listed: String {
    count < 2 ? joined() : dropLast().joined(separator: ", ") + " and " + last!
  }
}
