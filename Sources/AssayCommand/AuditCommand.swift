import Arguments
import Audit
import Datasets
import Evidence
import Foundation
import Models
import Networks
import Reports
import Tensors

extension AuditSettings.Norm: ExpressibleByArgument {}

struct AuditCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit",
    abstract: "Audit a model: accuracy, calibration, robustness, and more, in one report.",
    discussion: """
      Without a model and data, the bundled example is audited. The exit code is 1 if the policy \
      is not met.
      """)

  @Argument(help: "An ONNX file.")
  var model: String?

  @Argument(help: "Labeled data: NPZ, CSV, IDX, or a folder of images by class.")
  var data: String?

  @Option(help: "The folder to write the report to.")
  var report = "assay-report"

  @Option(help: "Also write the findings as JSON to this file.")
  var json: String?

  @Option(help: "Also write the findings as JUnit XML to this file.")
  var junit: String?

  @Option(help: "Also write the findings as SARIF to this file.")
  var sarif: String?

  @Option(help: "The policy that the model must meet, as a JSON file.")
  var policy: String?

  @Option(help: "The norm of perturbations.")
  var norm = AuditSettings.Norm.linf

  @Option(
    help: "The perturbation radii to try, in input units, comma-separated (8/255 is 0.03137).")
  var radius: NumberList?

  @Option(help: "Use only the first so many examples, in every check.")
  var limit: Int?

  @Option(help: "Run only these checks, comma-separated.")
  var only: WordList?

  @Option(help: "The random seed.")
  var seed: UInt64 = 0

  @OptionGroup var reading: ModelOptions

  @OptionGroup var source: DataOptions

  @Option(help: "What the model's outputs are, if their values leave that open.")
  var scores: ScoreKind?

  @OptionGroup var machine: MachineOptions

  func validate() throws {
    if model != nil, data == nil {
      throw ValidationError("A model needs data to be audited on: assay audit MODEL DATA.")
    }
    if let limit, limit < 1 {
      throw ValidationError("'--limit' must be at least 1, but is \(limit).")
    }
    for radius in radius?.values ?? [] where !(radius >= 0 && radius.isFinite) {
      throw ValidationError("'--radius' must be numbers from 0 up, but one is \(radius).")
    }
  }

  func run() throws {
    let options = self
    try machine.run { progress in try options.audit(progress) }
  }

  private func audit(_ progress: ProgressLine) throws {
    let started = Date()
    let clock = ContinuousClock()
    let start = clock.now
    let modelPath = model ?? Installation.exampleModel
    let dataPath = data ?? Installation.exampleData
    progress.show(0, "Reading the model and the data")
    let audit = try plan()
    let pair = try reading.read(modelPath, with: dataPath)
    let dataset = pair.data
    let subject = try AuditSubject(
      network: pair.network, data: limit.map(dataset.prefix) ?? dataset, from: dataset.count,
      layout: source.layout, scores: scores, notes: pair.notes)
    var settings = AuditSettings(norm: norm, radii: radius?.values, seed: seed)
    if let limit { settings.exampleLimit = limit }
    try OutputPath.makeFolder(report)
    for path in [json, junit, sarif].compactMap({ $0 }) { try OutputPath.check(file: path) }

    let findings = try audit.run(subject, settings: settings) { progress.show($0.share, $0.title) }
    let result = AuditReport(
      version: AssayMain.version, seed: seed, command: CommandLine.reproducing,
      model: try .init(subject.network, path: modelPath),
      data: .init(
        path: dataPath, sha256: try FileDigest.sha256(ofFile: dataPath),
        examples: subject.data.count),
      environment: .init(
        machine: Machine.current.description, threads: Backend.threads,
        versions: ["assay": AssayMain.version, "libtorch": Backend.version]),
      started: started.ISO8601Format(), seconds: (clock.now - start) / .seconds(1),
      policy: audit.policy.name, findings: findings)
    try Task.checkCancellation()
    progress.end()
    try files(of: result).write()
    print(AuditSummary(result, page: report + "/index.html").text)
    if result.verdict == Finding.Status.fail { throw ExitCode.policyFailure }
  }

  /// The checks to run and the policy to judge by.
  private func plan() throws -> Audit {
    let audit = Audit(policy: try policy.map(Self.readPolicy) ?? .standard)
    return try only.map { try audit.keeping(only: $0.words) } ?? audit
  }

  private static func readPolicy(_ path: String) throws -> Policy {
    guard let bytes = FileManager.default.contents(atPath: path) else {
      throw MissingFile(path: path, hint: "It was named as the policy.")
    }
    return try Policy(json: bytes, path: path)
  }

  private func files(of result: AuditReport) -> ReportFiles {
    let bundle = try? String(contentsOfFile: Installation.chartBundlePath, encoding: .utf8)
    let json = JSONReport().text(of: result)
    let junit = JUnitReport().text(of: result)
    let sarif = SARIFReport().text(of: result)
    var files = ReportFiles()
    files.add(HTMLReport(chartBundle: bundle).text(of: result), at: report + "/index.html")
    files.add(json, at: report + "/report.json")
    files.add(junit, at: report + "/junit.xml")
    files.add(sarif, at: report + "/report.sarif")
    for (text, path) in [(json, self.json), (junit, self.junit), (sarif, self.sarif)] {
      if let path { files.add(text, at: path) }
    }
    return files
  }
}
