import Models

/// The attack's accuracy from above and the certificate's from below: the truth lies between.
public struct SandwichCheck: Check {
  public let id = "sandwich"
  public let title = "Attack and certificate"

  public init() {}

  public func run(_ context: inout AuditContext) throws -> Finding {
    guard let attack = context.attack else {
      throw CheckSkipped("It draws on the attack, which did not run.")
    }
    let certificate = context.certificate
    var points: [Figure.Sandwich.Point] = []
    var undecided: [SeriesPoint] = []
    var contradictions = 0
    for (index, radius) in attack.radii.enumerated() {
      let count = attack.marks[index].count
      let stood = attack.marks[index].count { !$0 }
      let certified = certificate.map { $0.marks[index].count { $0 } }
      if let marks = certificate?.marks[index] {
        contradictions += zip(marks, attack.marks[index]).count { $0 && $1 }
      }
      points.append(
        .init(
          radius: Double(radius).roundedForDisplay,
          attack: Metric(.proportion(stood, of: count), unit: .fraction),
          certified: certified.map { Metric(.proportion($0, of: count), unit: .fraction) }))
      undecided.append(
        SeriesPoint(
          norm: attack.norm, radius: radius, .proportion(stood - (certified ?? 0), of: count)))
    }
    let widest = undecided.max { $0.value < $1.value }!
    var finding = Finding(
      id: id, title: title, status: .pass,
      summary: certificate == nil
        ? "Only the attack ran: true robustness lies somewhere below its curve."
        : "True robust accuracy lies between the curves; at most \(widest.value.percent) of examples are undecided, at "
          + "radius \(widest.radius!).",
      metrics: [
        "widestGap": Metric(widest.value, unit: .fraction, label: "Widest undecided band"),
        "contradictions": Metric(Double(contradictions), unit: .count, label: "Contradictions"),
      ],
      series: ["undecided": undecided],
      figures: [.sandwich(.init(norm: attack.norm, points: points))])
    if contradictions > 0 {
      finding.status = .fail
      finding.advice.append(
        "An attack fooled an example that was certified. This is a fault of Assay, not of the model: please report it "
          + "with the command at the foot of this page.")
    }
    return finding
  }
}
