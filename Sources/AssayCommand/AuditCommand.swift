import Arguments
import Audit
import Datasets
import Foundation
import Networks
import Reports
import Tensors

extension AuditSettings.Norm: ExpressibleByArgument {}

struct AuditCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit", abstract: "Say whether a model holds up, in one report.",
    discussion:
      "Without a model and data, the bundled example is audited. The exit code is 1 if the policy is not met."
  )

  @Argument(help: "An ONNX file.")
  var model: String?

  @Argument(help: "Labelled data: NPZ, CSV, IDX, or a folder of images by class.")
  var data: String?

  @Option(help: "The folder to put the report into.")
  var report = "assay-report"

  @Option(help: "Also write the findings as JSON to this file.")
  var json: String?

  @Option(help: "Also write the findings as JUnit XML to this file.")
  var junit: String?

  @Option(help: "Also write the findings as SARIF to this file.")
  var sarif: String?

  @Option(help: "What the model must reach, as a JSON file.")
  var policy: String?

  @Option(help: "How changes of an input are measured.")
  var norm = AuditSettings.Norm.linf

  @Option(help: "Largest changes to try, in input units, with commas between (8/255 is 0.03137).")
  var radius: NumberList?

  @Option(help: "Use only the first so many examples.")
  var limit: Int?

  @Option(help: "Run only these checks, with commas between.")
  var only: WordList?

  @OptionGroup var compute: ComputeOptions

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
    try compute.run { progress in try options.audit(progress) }
  }

  private func audit(_ progress: ProgressLine) throws {
    let started = Date()
    let clock = ContinuousClock()
    let start = clock.now
    let (modelPath, dataPath) = (
      model ?? Installation.exampleModel, data ?? Installation.exampleData
    )
    progress.show(0, "Reading the model and the data")
    let policy = try loadPolicy()
    let audit =
      try only.map { try Audit(policy: policy).keeping(only: $0.words) } ?? Audit(policy: policy)
    let network = try Network(onnx: modelPath)
    let dataset = try DatasetLoader().load(path: dataPath)
    let subject = try AuditSubject(network: network, data: limit.map(dataset.prefix) ?? dataset)
    let settings = AuditSettings(norm: norm, radii: radius?.values, seed: compute.seed)
    try FileManager.default.createReportFolder(report)

    let findings = try audit.run(subject, settings: settings) { progress.show($0.share, $0.title) }
    let result = AuditReport(
      version: AssayMain.version, seed: compute.seed, command: reproducingCommand,
      model: try describe(subject.network, path: modelPath),
      data: .init(
        path: dataPath, sha256: try FileDigest.sha256(ofFile: dataPath),
        examples: subject.data.count),
      environment: .init(
        machine: Doctor.machine, threads: Backend.threads,
        versions: ["assay": AssayMain.version, "libtorch": Backend.version]),
      started: started.ISO8601Format(), seconds: (clock.now - start) / .seconds(1),
      policy: policy.name, findings: findings)
    progress.end()
    try write(result)
    print(AuditSummary(result, page: report + "/index.html").text)
    if result.verdict == Finding.Status.fail { throw ExitCode.policyFailure }
  }

  private func loadPolicy() throws -> Policy {
    guard let policy else { return .standard }
    guard let bytes = FileManager.default.contents(atPath: policy) else {
      throw MissingFile(path: policy, hint: "It was named as the policy.")
    }
    return try Policy(json: bytes, path: policy)
  }

  private func describe(_ network: Network, path: String) throws -> AuditReport.Model {
    var operations: NamedList<Int> = [:]
    for node in network.graph.nodes { operations[node.operation.name, default: 0] += 1 }
    return AuditReport.Model(
      path: path, sha256: try FileDigest.sha256(ofFile: path),
      parameters: network.parameters.count, flops: Int(network.cost.flops),
      inputShape: network.inputShape, classes: network.classes ?? 0, operations: operations)
  }

  private func write(_ result: AuditReport) throws {
    let bundle = try? String(contentsOfFile: Installation.chartBundlePath, encoding: .utf8)
    var files: [(any ReportFormat, String)] = [
      (HTMLReport(chartBundle: bundle), report + "/index.html"),
      (JSONReport(), report + "/report.json"), (JUnitReport(), report + "/junit.xml"),
      (SARIFReport(), report + "/report.sarif"),
    ]
    if let json { files.append((JSONReport(), json)) }
    if let junit { files.append((JUnitReport(), junit)) }
    if let sarif { files.append((SARIFReport(), sarif)) }
    for (format, path) in files {
      try AtomicFile.write(Data(format.text(of: result).utf8), to: path)
    }
  }

  /// The command line that gives the same findings.
  private var reproducingCommand: String {
    (["./assay"] + CommandLine.arguments.dropFirst().map(\.shellQuoted)).joined(separator: " ")
  }
}

extension NamedList {
  fileprivate subscript(name: String, default fallback: Value) -> Value {
    get { self[name] ?? fallback }
    set { self[name] = newValue }
  }
}

extension String {
  /// This word as a shell takes it.
  fileprivate var shellQuoted: String {
    let isPlain = allSatisfy { $0.isLetter || $0.isNumber || "-_./=,:@%+".contains($0) }
    return isPlain && !isEmpty ? self : "'" + replacing("'", with: "'\\''") + "'"
  }
}

extension FileManager {
  /// Makes a folder, if it is not there, before hours are spent on what is to go into it.
  ///
  /// - Throws: `ReportError.folderNotWritable`.
  fileprivate func createReportFolder(_ path: String) throws {
    do {
      try createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw ReportError.folderNotWritable(path: path)
    }
    guard isWritableFile(atPath: path) else { throw ReportError.folderNotWritable(path: path) }
  }
}
