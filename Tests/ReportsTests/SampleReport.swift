import Audit
import Foundation

extension AuditReport {
  /// A made-up audit with every status and every kind of figure.
  static let sample = AuditReport(
    version: "0.1.0", seed: 7,
    command: "assay audit Examples/digits/digits-cnn.onnx Examples/digits/digits-test.npz"
      + " --norm linf --radius 0.02,0.05,0.1,0.15,0.2 --seed 7",
    model: Model(
      path: "Examples/digits/digits-cnn.onnx", sha256: String(repeating: "3fa9c1d2", count: 8),
      parameters: 18_346, flops: 412_160, inputShape: [1, 8, 8], classes: 10,
      operations: ["Conv": 2, "Relu": 3, "MaxPool": 1, "Flatten": 1, "Gemm": 2]),
    data: Dataset(
      path: "Examples/digits/digits-test.npz", sha256: String(repeating: "90be77a0", count: 8),
      examples: 540),
    environment: Environment(
      machine: "x86_64, 2 cores, Debian 12", threads: 2,
      versions: ["libtorch": "2.13.0", "Swift": "6.3.1"]),
    started: "2026-03-14T09:26:53Z", seconds: 17.4, policy: "default",
    findings: [
      accuracy, calibration, selective, corruptions, attack, certificate, sandwich, explanations,
      resources, privacy,
    ])

  private static let accuracy = Finding(
    id: "accuracy", title: "Accuracy", status: .pass,
    summary: "The model names the right digit for 526 of 540 examples it has not seen.",
    metrics: [
      "accuracy": Metric(0.974, low: 0.957, high: 0.985, unit: .fraction),
      "worstClassAccuracy": Metric(
        0.907, low: 0.801, high: 0.96, unit: .fraction, label: "Worst class (8)"),
    ],
    series: ["perClass": (0..<10).map { SeriesPoint(label: "\($0)", value: 0.97) }],
    figures: [
      .confusion(
        Figure.Confusion(
          labels: (0..<10).map(String.init),
          counts: (0..<10).map { truth in (0..<10).map { count(truth: truth, prediction: $0) } }))
    ],
    requirement: "accuracy at least 0.90", seconds: 0.21)

  private static let calibration = Finding(
    id: "calibration", title: "Calibration", status: .warn,
    summary:
      "The model is surer than it should be: its confidence is 4 points too high on average.",
    metrics: [
      "ece15": Metric(
        0.0412, low: 0.031, high: 0.055, unit: .fraction, label: "Calibration error (15 bins)"),
      "adaptiveEce": Metric(0.0388, unit: .fraction, label: "Adaptive calibration error"),
      "nll": Metric(0.1271, low: 0.098, high: 0.161, label: "Negative log likelihood"),
      "brier": Metric(0.0418, label: "Brier score"),
      "temperature": Metric(1.62, label: "Temperature that mends it"),
    ],
    figures: [
      .reliability(
        Figure.Reliability(
          bins: (0..<15).map(overconfidentBin)))
    ],
    advice: ["Divide the logits by 1.62 before the softmax; the calibration error falls to 1.3%."],
    requirement: "ece15 at most 0.03", seconds: 0.35)

  private static let selective = Finding(
    id: "selective", title: "Selective prediction", status: .pass,
    summary: "If the least sure tenth is left to a person, the error falls to 0.4%.",
    metrics: ["aurc": Metric(0.0031, low: 0.0019, high: 0.0052, label: "Area under the curve")],
    figures: [
      .curve(
        Figure.Curve(
          title: "Risk over coverage", x: Figure.Axis("Coverage", unit: .fraction),
          y: Figure.Axis("Risk", unit: .fraction),
          lines: [
            riskLine("This model", power: 2.6, hasBand: true),
            riskLine("Best possible order", power: 8, hasBand: false),
          ]))
    ], seconds: 0.04)

  private static let corruptions = Finding(
    id: "corruptions", title: "Common corruptions", status: .warn,
    summary: "Blur and noise cost the most: 61% of digits are right under strong impulse noise.",
    metrics: ["meanAccuracy": Metric(0.851, low: 0.846, high: 0.856, unit: .fraction)],
    figures: [
      .bars(
        Figure.Bars(
          title: "Accuracy by corruption and severity", levelLabel: "Severity",
          levels: (1...5).map(String.init), value: Figure.Axis("Accuracy", unit: .fraction),
          groups: corruptionGroups))
    ],
    advice: [
      "Add noise and motion blur to the training data; the other corruptions do little harm."
    ],
    requirement: "meanAccuracy at least 0.88", seconds: 2.9)

  private static let attack = Finding(
    id: "attack", title: "Attack", status: .fail,
    summary: "A change of 0.1 per pixel, hard to see, fools the model on 7 of 10 digits.",
    metrics: [
      "robustAccuracy": Metric(
        0.298, low: 0.261, high: 0.338, unit: .fraction, label: "Robust accuracy at 0.1"),
      "queries": Metric(216_000, unit: .count, label: "Gradient queries"),
    ],
    series: [
      "robustAccuracy": [
        SeriesPoint(norm: "linf", radius: 0.05, value: 0.71, low: 0.67, high: 0.747),
        SeriesPoint(norm: "linf", radius: 0.1, value: 0.298, low: 0.261, high: 0.338),
      ]
    ],
    figures: [
      .gallery(
        Figure.Gallery(
          title: "Examples that the attack changed",
          items: (0..<6).map { seed in
            Figure.GalleryItem(
              clean: GrayPNG(side: 8, seed: seed).data,
              changed: GrayPNG(side: 8, seed: seed, noise: 90).data,
              difference: GrayPNG(side: 8, seed: seed + 40, noise: 200).data,
              trueLabel: "\(seed)",
              before: Prediction(label: "\(seed)", confidence: 0.99 - Double(seed) / 50),
              after: Prediction(label: "\((seed + 3) % 10)", confidence: 0.6 + Double(seed) / 20),
              caption: "Largest change 0.1 per pixel.")
          }))
    ],
    advice: [
      "Train on attacked examples of radius 0.1; expect 1 to 3 points less accuracy on clean ones.",
      "Do not use this model where somebody may gain from fooling it.",
    ],
    notes: ["40 steps, 5 restarts, momentum 0.75; examples already fooled leave the batch."],
    requirement: "robust accuracy at radius 0.1 at least 0.50", seconds: 6.1)

  private static let certificate = Finding(
    id: "certificate", title: "Certificate", status: .fail,
    summary: "Interval bounds prove nothing beyond a radius of 0.02.",
    metrics: ["certifiedAccuracy": Metric(0, low: 0, high: 0.007, unit: .fraction)],
    advice: ["Use linear relaxation, or train with interval bounds."],
    requirement: "certified accuracy at radius 0.1 at least 0.10", seconds: 0.4)

  private static let sandwich = Finding(
    id: "sandwich", title: "Attack and certificate", status: .pass,
    summary: "What the attack leaves and what the certificate proves, in one picture.",
    figures: [
      .sandwich(
        Figure.Sandwich(
          norm: "linf",
          points: [
            radius(0, attack: 0.974, certified: 0.974), radius(0.02, attack: 0.92, certified: 0.64),
            radius(0.05, attack: 0.71, certified: 0.11), radius(0.1, attack: 0.298, certified: 0),
            radius(0.15, attack: 0.09, certified: 0), radius(0.2, attack: 0.01, certified: 0),
          ]))
    ])

  private static let explanations = Finding(
    id: "explanations", title: "Explanations", status: .pass,
    summary: "Decisions rest on the strokes, not on the background.",
    metrics: ["strokeShare": Metric(0.87, unit: .fraction, label: "Weight on strokes")],
    figures: [
      .saliency(
        Figure.SaliencyGallery(
          title: "What decisions rest on",
          items: (0..<3).map { seed in
            Figure.SaliencyItem(
              image: GrayPNG(side: 8, seed: seed + 5).data,
              maps: ["Gradient × input", "SmoothGrad"].map {
                .init(name: $0, image: GrayPNG(side: 8, seed: seed + $0.count, noise: 60).data)
              },
              trueLabel: "\(seed)",
              prediction: Prediction(label: seed == 1 ? "7" : "\(seed)", confidence: 0.93),
              caption: ["Right.", "Wrong.", "Attacked, still right."][seed])
          }))
    ], seconds: 0.8)

  private static let resources = Finding(
    id: "resources", title: "Resources", status: .pass,
    summary: "Small and quick: 64 images take 3.2 ms on two threads.",
    metrics: [
      "latencyMs64": Metric(3.21, unit: .milliseconds, label: "Latency, batch 64"),
      "latencyMs1": Metric(0.34, unit: .milliseconds, label: "Latency, batch 1"),
      "parameters": Metric(18_346, unit: .count), "flops": Metric(412_160, unit: .count),
      "peakMemory": Metric(212_000_000, unit: .bytes),
    ],
    figures: [
      .table(
        Figure.Table(
          title: "Latency by batch", columns: ["Batch", "Median", "95th percentile"],
          rows: [["1", "0.34 ms", "0.41 ms"], ["64", "3.21 ms", "3.70 ms"]]))
    ], seconds: 1.2)

  private static let privacy = Finding(
    id: "privacy", title: "Leakage", status: .skipped,
    summary: "This check needs the training data.",
    notes: ["Give the training data with --train DATA to run it."])
}
