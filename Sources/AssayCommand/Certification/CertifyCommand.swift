import Arguments
import Audit
import Certification
import Datasets
import Foundation
import Models
import Networks
import Reports
import Tensors

struct CertifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "certify",
    abstract: "Certify accuracy: prove that predictions hold within a radius.",
    discussion: """
      Certified accuracy is the share of examples that are classified correctly, provably for every \
      perturbation within the radius. Inputs are clipped to the data's range: 0 to 1 if all data \
      are, else from the least to the greatest value.
      """)

  @Argument(help: "An ONNX file.")
  var model: String

  @Argument(help: "Labeled data: NPZ, CSV, IDX, or a folder of images by class.")
  var data: String

  @Option(help: "The norm of the perturbation.")
  var norm = AuditSettings.Norm.linf

  @Option(help: "The perturbation radius, in input units (8/255 is 0.03137).")
  var radius: Float

  @Option(
    help: """
      The method: interval or linear bounds, complete verification, Lipschitz constants, or \
      randomized smoothing.
      """)
  var method = CertificationMethod.crown

  @Option(help: "Use only the first so many examples.")
  var limit: Int?

  @Option(help: "The timeout for each example in seconds, for complete verification.")
  var timeout = 30.0

  @Option(help: "The standard deviation of smoothing's noise, in input units.")
  var sigma = 0.25

  @Option(help: "The number of noise samples for each example, for smoothing.")
  var samples = 10_000

  @Option(help: "The failure probability of a certificate, for smoothing.")
  var alpha = 0.001

  @Option(help: "The noise distribution, for smoothing.")
  var seed: UInt64 = 0

  @Option(help: "The batch size.")
  var batch = 16

  @Option(help: "The folder to write 'examples.csv' and 'certificate.json' to.")
  var report: String?

  @Flag(help: "Write the result as JSON.")
  var json = false

  @OptionGroup var reading: ModelOptions

  @OptionGroup var source: DataOptions

  @Option(help: "What the model's outputs are, if their values leave that open.")
  var scores: ScoreKind?

  @OptionGroup var machine: MachineOptions

  func validate() throws {
    guard radius >= 0, radius.isFinite else {
      throw ValidationError("'--radius' must be a number from 0 up, but is \(radius).")
    }
    guard batch > 0 else {
      throw ValidationError("'--batch' must be at least 1, but is \(batch).")
    }
    guard timeout >= 0, timeout.isFinite else {
      throw ValidationError("'--timeout' must be a number from 0 up, but is \(timeout).")
    }
    if let limit, limit < 1 {
      throw ValidationError("'--limit' must be at least 1, but is \(limit).")
    }
    guard sigma > 0, sigma.isFinite, samples > 0, alpha > 0, alpha < 1 else {
      throw ValidationError(
        "'--sigma' and '--samples' must be above 0, '--alpha' between 0 and 1.")
    }
    if method == .smoothing, norm != .l2 {
      throw ValidationError("Smoothing certifies L2 balls: '--norm l2'.")
    }
    if method == .complete, norm != .linf {
      throw ValidationError("Complete verification takes boxes only: '--norm linf'.")
    }
  }

  func run() throws {
    let options = self
    try machine.run { progress in try options.certify(progress) }
  }

  private func certify(_ progress: ProgressLine) throws {
    let pair = try reading.read(model, with: data)
    try pair.network.checkBudget()
    let all = try source.fit(pair, isQuiet: machine.quiet)
    let classifier = try Classifier(pair.network, inputs: all.inputs, scores: scores)
    for note in classifier.notes { DataOptions.say(note, isQuiet: machine.quiet) }
    let network = classifier.network
    let examples = limit.map { all.prefix($0) } ?? all
    let labels = try examples.requiredLabels()
    try examples.checkLabels(classes: classifier.classes)
    if let report { try OutputPath.makeFolder(report) }
    let task = try CertificationTask(
      network: network, norm: norm, radius: radius, domain: all.domain(), method: method,
      timeout: timeout,
      smoothing: RandomizedSmoothing(sigma: sigma, samples: samples, alpha: alpha))
    var generator = Generator(seed: seed)
    let size = network.fixedBatch == nil && method != .complete ? batch : 1
    var rows: [CertificationRecord.Row] = []
    for start in stride(from: 0, to: labels.count, by: size) {
      try Task.checkCancellation()
      let range = start..<min(start + size, labels.count)
      rows +=
        try method == .smoothing
        ? vote(range, of: examples.inputs, labels, task, using: &generator)
        : certify(range, of: examples.inputs, labels, task)
      let count = rows.count { $0.outcome == .certified }
      progress.show(
        Double(rows.count) / Double(labels.count),
        "\(count) of \(rows.count) certified")
    }
    progress.end()
    let record = CertificationRecord(
      model: model, data: data, norm: norm.rawValue, radius: radius, method: method.rawValue,
      examples: rows)
    if let report {
      var files = ReportFiles()
      files.add(record.csv, at: report + "/examples.csv")
      files.add(try record.json(withExamples: true), at: report + "/certificate.json")
      try files.write()
    }
    print(json ? try record.json(withExamples: false) : record.text)
  }

  private func vote(
    _ range: Range<Int>, of inputs: Tensor, _ labels: [Int], _ task: CertificationTask,
    using generator: inout Generator
  ) throws -> [CertificationRecord.Row] {
    let start = ContinuousClock.now
    let votes = try task.votes(
      inputs[range], labels: Array(labels[range]), using: &generator)
    let seconds = (ContinuousClock.now - start) / .seconds(1) / Double(range.count)
    return zip(range, votes).map { example, vote in
      .init(
        example: example, label: labels[example], decision: vote.decision, outcome: vote.outcome,
        seconds: seconds)
    }
  }

  /// Misclassified examples need no certificate.
  private func certify(
    _ range: Range<Int>, of inputs: Tensor, _ labels: [Int], _ task: CertificationTask
  ) throws -> [CertificationRecord.Row] {
    let start = ContinuousClock.now
    let decisions = try task.network.labels(of: inputs[range])
    let right = range.filter { decisions[$0 - range.lowerBound] == labels[$0] }
    var outcomes: [Int: CertificationOutcome] = [:]
    if !right.isEmpty {
      let found = try task.outcomes(
        inputs.gathering(Tensor(right)), labels: right.map { labels[$0] })
      outcomes = Dictionary(uniqueKeysWithValues: zip(right, found))
    }
    let seconds = (ContinuousClock.now - start) / .seconds(1) / Double(range.count)
    return range.map {
      .init(
        example: $0, label: labels[$0], decision: decisions[$0 - range.lowerBound],
        outcome: outcomes[$0] ?? .wrong, seconds: seconds)
    }
  }
}
