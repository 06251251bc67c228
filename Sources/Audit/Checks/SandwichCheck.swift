import Models

/// The attack's accuracy from above and the certificate's from below: the truth lies between.
public struct SandwichCheck: Check {
  public let id = "sandwich"
  public let title = "Attack vs. certificate"
  public let buildsOn = ["attack", "certificate"]

  public init() {}

  public func run(_ context: inout AuditContext) throws -> Finding {
    guard let attack = context.attack else {
      throw CheckSkipped("It needs the attack, which did not run.")
    }
    let certificate = context.certificate
    var points: [Figure.Sandwich.Point] = []
    var undecided: [SeriesPoint] = []
    var contradictions = 0
    for (index, radius) in attack.radii.enumerated() {
      let fooled = attack.marks[index]
      let certified = certificate?.marks[index]
      let open = fooled.indices.count { !fooled[$0] && certified?[$0] != true }
      contradictions += fooled.indices.count { fooled[$0] && certified?[$0] == true }
      points.append(
        .init(
          radius: Double(radius).roundedForDisplay,
          attack: share(of: fooled.count { !$0 }, among: attack.count),
          certified: certified.map { share(of: $0.count { $0 }, among: attack.count) }))
      undecided.append(
        SeriesPoint(norm: attack.norm, radius: radius, .proportion(open, of: attack.count)))
    }
    let widest = undecided.max { $0.value < $1.value }!
    var finding = Finding(
      id: id, title: title, status: .pass,
      summary: certificate == nil
        ? "Only the attack ran: robust accuracy is at most its curve."
        : "Robust accuracy lies between the curves; at most \(widest.value.percent) of examples "
          + "are unresolved, at radius \(widest.radius!).",
      metrics: [
        "widestGap": Metric(widest.value, unit: .fraction, label: "Largest unresolved share"),
        "contradictions": Metric(Double(contradictions), unit: .count, label: "Contradictions"),
      ],
      series: ["undecided": undecided],
      figures: [.sandwich(.init(norm: attack.norm, points: points))])
    if let certificate, !certificate.methods.isEmpty {
      finding.notes.append("Certificates use \(certificate.methods.listed) bounds.")
    }
    if contradictions > 0 {
      finding.status = .fail
      finding.advice.append(
        "An attack succeeded on a certified example. This is a fault of Assay, not of the "
          + "model: please report it with the command at the foot of this page.")
    }
    return finding
  }

  private func share(of part: Int, among whole: Int) -> Metric {
    Metric(.proportion(part, of: whole), unit: .fraction)
  }
}
