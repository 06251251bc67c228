import Arguments
import Audit
import Certification
import Datasets
import Methods
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

  private static let usual = "crown"

  @Argument(help: "An ONNX file; without model and data, the bundled example is used.")
  var model: String?

  @Argument(help: "Labeled data: NPZ, CSV, IDX, or a folder of images by class.")
  var data: String?

  @OptionGroup var choice: MethodOptions

  @Option(help: "The norm of the perturbation.")
  var norm = PerturbationNorm.linf

  @Option(help: "The perturbation radius, in input units (8/255 is 0.03137).")
  var radius: Float?

  @Option(help: "Use only the first so many examples.")
  var limit: Int?

  @Option(help: "The random seed.")
  var seed: UInt64 = 0

  @Option(help: "The batch size; what suits the method by default.")
  var batch: Int?

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
    guard !choice.methods else { return }
    if model != nil, data == nil { throw ValidationError("Missing '<data>'.") }
    guard let radius else { throw ValidationError("Missing '--radius'.") }
    guard radius >= 0, radius.isFinite else {
      throw ValidationError("'--radius' must be a number from 0 up, but is \(radius).")
    }
    if let batch, batch < 1 {
      throw ValidationError("'--batch' must be at least 1, but is \(batch).")
    }
    if let limit, limit < 1 {
      throw ValidationError("'--limit' must be at least 1, but is \(limit).")
    }
  }

  func run() throws {
    let registry = MethodRegistry.certifiers
    guard !choice.methods, let radius else { return print(registry.text(usual: Self.usual)) }
    let (name, settings, certifier) = try choice.make(from: registry, usual: Self.usual)
    let norms = type(of: certifier).norms
    guard norms.contains(norm) else {
      let known = PerturbationNorm.allCases.filter(norms.contains).map(\.rawValue)
      throw ValidationError(
        "The method '\(name)' certifies '--norm \(known.joined(separator: "' or '--norm "))'.")
    }
    let options = self
    try machine.run { progress in
      try options.certify(name, settings, certifier, radius: radius, progress)
    }
  }

  private func certify(
    _ name: String, _ settings: [String], _ certifier: any Certifier, radius: Float,
    _ progress: ProgressLine
  ) throws {
    let (model, data) = (model ?? Installation.exampleModel, data ?? Installation.exampleData)
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
    let ball = NormBall(norm: norm, radius: radius, domain: try all.domain())
    var generator = Generator(seed: seed)
    let size = network.fixedBatch == nil ? batch ?? type(of: certifier).preferredBatch : 1
    var rows: [CertificationRecord.Row] = []
    for start in stride(from: 0, to: labels.count, by: size) {
      try Task.checkCancellation()
      let (range, clock) = (start..<min(start + size, labels.count), ContinuousClock())
      let begin = clock.now
      let predictions = try certifier.certify(
        network, examples.inputs[range], labels: Array(labels[range]), within: ball,
        using: &generator)
      let seconds = (clock.now - begin) / .seconds(1) / Double(range.count)
      rows += zip(range, predictions).map { example, prediction in
        .init(
          example: example, label: labels[example], decision: prediction.decision,
          outcome: prediction.outcome, seconds: seconds)
      }
      let count = rows.count { $0.outcome == .certified }
      progress.show(
        Double(rows.count) / Double(labels.count),
        "\(count) of \(rows.count) certified")
    }
    progress.end()
    let record = CertificationRecord(
      model: model, data: data, norm: norm.rawValue, radius: radius, method: name,
      settings: settings, seed: seed, examples: rows)
    if let report {
      var files = ReportFiles()
      files.add(record.csv, at: report + "/examples.csv")
      files.add(try record.json(withExamples: true), at: report + "/certificate.json")
      try files.write()
    }
    print(json ? try record.json(withExamples: false) : record.text)
  }
}
