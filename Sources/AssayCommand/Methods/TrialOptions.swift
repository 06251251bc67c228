import Arguments
import Audit
import Confidence
import Datasets
import Evidence
import Foundation
import Methods
import Models
import Networks
import Reports
import Tensors

extension PerturbationNorm: ExpressibleByArgument {}

/// What the commands of the rooms share: a model, data, and where the result goes.
struct TrialOptions: ParsableArguments {
  @Argument(help: "An ONNX file; without model and data, the bundled example is used.")
  var model: String?

  @Argument(help: "Labeled data: NPZ, CSV, IDX, or a folder of images by class.")
  var data: String?

  @Option(help: "Use only the first so many examples.")
  var limit: Int?

  @Option(help: "The seed of everything that is drawn at random.")
  var seed: UInt64 = 0

  @Option(help: "The folder to write a report to, as 'index.html' and 'report.json'.")
  var report: String?

  @Option(help: "Also write the result as JSON to this file.")
  var json: String?

  @OptionGroup var reading: ModelOptions

  @OptionGroup var source: DataOptions

  @Option(help: "What the model's outputs are, if their values leave that open.")
  var scores: ScoreKind?

  @OptionGroup var machine: MachineOptions

  func validate() throws {
    if model != nil, data == nil { throw ValidationError("Missing '<data>'.") }
    if let limit, limit < 1 {
      throw ValidationError("'--limit' must be at least 1, but is \(limit).")
    }
  }

  /// Runs a trial on the model and data, writes what came of it, and prints the result.
  ///
  /// - Parameters:
  ///   - method: the room's command and the method, such as `attack: pgd`.
  ///   - settings: those of the method, each `NAME=VALUE`.
  ///   - out: the file to be written, checked before the work begins.
  ///   - needsLabels: whether predictions may not stand in for labels.
  ///   - write: writes the file; returns a line about it.
  func run(
    _ method: String, settings: [String], out: String?, needsLabels: Bool = true,
    trial: @escaping @Sendable (AuditSubject) throws -> any MethodTrial,
    write: @escaping @Sendable (TrialOutcome, String) throws -> String
  ) throws {
    let options = self
    try machine.run { progress in
      try options.run(
        method, settings, out, needsLabels: needsLabels, progress, trial: trial, write: write)
    }
  }

  private func run(
    _ method: String, _ settings: [String], _ out: String?, needsLabels: Bool,
    _ progress: ProgressLine,
    trial: (AuditSubject) throws -> any MethodTrial,
    write: (TrialOutcome, String) throws -> String
  ) throws {
    let (started, clock) = (Date(), ContinuousClock())
    let start = clock.now
    let (modelPath, dataPath) = (
      model ?? Installation.exampleModel, data ?? Installation.exampleData
    )
    progress.show(0, "Reading the model and the data")
    let subject = try subject(modelPath, dataPath, needsLabels: needsLabels)
    if let report { try OutputPath.makeFolder(report) }
    let outputs = [out, json].compactMap { $0 }
    for path in outputs { try OutputPath.check(file: path) }
    try OutputPath.check(outputs, against: [modelPath, dataPath])
    let trial = try trial(subject)
    for note in subject.notes { DataOptions.say(note, isQuiet: machine.quiet) }
    var conditions = AuditSettings(seed: seed)
    if let limit { conditions.exampleLimit = limit }
    var context = try AuditContext(subject, settings: conditions)
    context.report = { progress.show($0, method) }
    var outcome = try trial.run(&context)
    if !settings.isEmpty {
      outcome.finding.notes.append("Settings: \(settings.joined(separator: ", ")).")
    }
    outcome.finding.seconds = (clock.now - start) / .seconds(1)
    progress.end()
    let written = try out.map { try write(outcome, $0) }
    let result = AuditReport(
      version: AssayMain.version, method: method, seed: seed, command: CommandLine.reproducing,
      model: try .init(subject.network, path: modelPath),
      data: .init(
        path: dataPath, sha256: try FileDigest.sha256(ofFile: dataPath),
        examples: subject.data.count),
      environment: .init(
        machine: Machine.current.description, threads: Backend.threads,
        versions: ["assay": AssayMain.version, "libtorch": Backend.version]),
      started: started.ISO8601Format(), seconds: outcome.finding.seconds, policy: "",
      findings: [outcome.finding])
    let pages = try files(of: result)
    print(FindingText(outcome.finding).text)
    if !pages.isEmpty || written != nil { print("") }
    for line in [written].compactMap({ $0 }) + pages { print(line) }
  }

  private func subject(_ model: String, _ data: String, needsLabels: Bool) throws -> AuditSubject {
    let pair = try reading.read(model, with: data)
    var (dataset, notes) = (limit.map(pair.data.prefix) ?? pair.data, pair.notes)
    if !needsLabels, dataset.labels == nil {
      let fitted = try dataset.fitted(to: pair.network, layout: source.layout).data
      let network = try Classifier(pair.network, inputs: fitted.inputs, scores: scores).network
      let labels = try network.logits(
        of: fitted.inputs, batchSize: network.affordableBatch(atMost: 256)
      ).decisions()
      dataset = try Dataset(name: dataset.name, inputs: dataset.inputs, labels: labels.integers)
      notes.append("The data have no labels; the model's predictions stand in for them.")
    }
    return try AuditSubject(
      network: pair.network, data: dataset, from: pair.data.count, layout: source.layout,
      scores: scores, notes: notes)
  }

  /// Writes the report's files, and returns a line about them.
  private func files(of result: AuditReport) throws -> [String] {
    let text = JSONReport().text(of: result)
    var files = ReportFiles()
    if let json { files.add(text, at: json) }
    if let report {
      let bundle = try? String(contentsOfFile: Installation.chartBundlePath, encoding: .utf8)
      files.add(HTMLReport(chartBundle: bundle).text(of: result), at: report + "/index.html")
      files.add(text, at: report + "/report.json")
    }
    try files.write()
    return report.map { ["Report: \($0)/index.html"] } ?? []
  }
}
