import Certification
import Models
import Tensors

/// For how many examples no change within a radius can turn the decision, proven.
public struct CertificateCheck: Check {
  public let id = "certificate"
  public let title = "Certificate"

  public init() {}

  public func run(_ context: inout AuditContext) throws -> Finding {
    let subject = context.subject
    let (inputs, labels) = context.examples(atMost: context.settings.exampleLimit)
    let radii = context.settings.radii(for: subject.domain)
    let norm = context.settings.norm.rawValue
    var marks: [[Bool]] = []
    for (index, radius) in radii.enumerated() {
      try Task.checkCancellation()
      let set = try context.settings.set(radius: radius, domain: subject.domain)
      marks.append(
        try IntervalCertificate().certified(
          subject.network, inputs, labels: labels, within: set))
      context.report(Double(index + 1) / Double(radii.count))
    }
    context.certificate = RobustnessEvidence(norm: norm, radii: radii, marks: marks, candidates: [])
    let points = zip(radii, marks).map { radius, marks in
      SeriesPoint(
        norm: norm, radius: radius, Estimate.proportion(marks.count { $0 }, of: marks.count))
    }
    let first = points[0]
    return Finding(
      id: id, title: title, status: .pass,
      summary:
        "For \(first.value.percent) of examples it is proven that no change within \(norm) radius "
        + "\(first.radius!) turns the decision.",
      metrics: [
        "smallestRadiusCertified": Metric(
          first.value, low: first.low, high: first.high, unit: .fraction,
          label: "Certified, \(norm) \(first.radius!)")
      ],
      series: ["certifiedAccuracy": points],
      advice: first.value < 0.5
        ? [
          "Interval bounds prove little of a network that was not trained for them; that is no sign of weakness. "
            + "Where a proof is needed, train with certified bounds."
        ] : [],
      notes: [
        "Method: interval bounds in double precision, widened for rounding; examples: \(labels.count)."
      ])
  }
}
