import Audit

extension AuditReport {
  /// A report whose every text tries to leave its place.
  static let hostile: AuditReport = {
    let text = "</script></style><img src=x onerror=\"document.body.dataset.hacked=1\">'\"&\u{1}]]>"
    let axis = Figure.Axis(text, unit: .fraction)
    let picture = GrayPNG(side: 8, seed: 1).data
    let prediction = Prediction(label: text, confidence: .nan)
    return AuditReport(
      version: text, seed: .max, command: text,
      model: Model(
        path: text, sha256: text, parameters: -1, flops: nil, inputShape: [], classes: 0,
        operations: [text: 1]),
      data: Dataset(path: text, sha256: text, examples: 0),
      environment: Environment(machine: text, threads: 1, versions: [text: text]), started: text,
      seconds: .infinity, policy: text,
      findings: [
        Finding(
          id: text, title: text, status: .fail, summary: text,
          metrics: [text: Metric(.nan, low: -.infinity, high: .infinity, label: text)],
          series: [text: [SeriesPoint(norm: text, label: text, value: .nan)]],
          figures: [
            .reliability(Figure.Reliability(bins: [])),
            .curve(
              Figure.Curve(
                title: text, x: axis, y: axis,
                lines: [.init(name: text, points: [.init(x: .nan, y: .infinity)])])),
            .sandwich(
              Figure.Sandwich(
                norm: text, points: [.init(radius: .nan, attack: Metric(.nan), certified: nil)])),
            .bars(
              Figure.Bars(
                title: text, levelLabel: text, levels: [text], value: axis,
                groups: [.init(name: text, values: [.nan])])),
            .confusion(Figure.Confusion(labels: [text], counts: [[0]])),
            .gallery(
              Figure.Gallery(
                title: text, changeLabel: text,
                items: [
                  .init(
                    clean: picture, changed: picture, trueLabel: text, before: prediction,
                    after: prediction, caption: text)
                ])),
            .saliency(
              Figure.SaliencyGallery(
                title: text,
                items: [
                  .init(
                    image: picture, maps: [.init(name: text, image: picture)], trueLabel: text,
                    prediction: prediction, caption: text)
                ])),
            .table(Figure.Table(title: text, columns: [text], rows: [[text]])),
          ],
          advice: [text], notes: [text], requirement: text, seconds: .nan)
      ])
  }()
}
