import Arguments
import Evidence
import Experiments
import Foundation
import Methods
import Tensors

struct PapersRunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Run the experiment on a paper, and record what it finds.",
    discussion: """
      A run that was stopped goes on where it was. A claim that is not supported is a result: the \
      exit code is 0.
      """)

  @Argument(help: "The paper's name.")
  var paper: PaperID

  @Option(help: "The number of seeds, counted from 0; the experiment's by default.")
  var seeds: Int?

  @Option(help: "How large; a small run shows that the experiment works.")
  var scale = ExperimentScale.full

  @Option(help: "The number of seeds to run in parallel, which share the threads.")
  var jobs = 1

  @Option(help: "Where the seeds run: here, or as a Slurm job array.")
  var engine = Engine.local

  @Option(help: "Run this seed alone and keep what it measures; what a job array's tasks do.")
  var pick: UInt64?

  @Option(help: "The folder for the record; 'Evidence' in the package or the current folder.")
  var out: String?

  @OptionGroup var machine: MachineOptions

  func validate() throws {
    if let seeds, !(1...10_000 ~= seeds) {
      throw ValidationError("'--seeds' must be from 1 to 10000, but is \(seeds).")
    }
    guard 1...256 ~= jobs else {
      throw ValidationError("'--jobs' must be from 1 to 256, but is \(jobs).")
    }
  }

  func run() throws {
    guard let experiment = Experiments.experiment(on: paper) else {
      throw UnknownPaper(paper: paper)
    }
    let options = self
    try machine.run { progress in try await options.run(experiment, progress) }
  }

  private func run(_ experiment: some Experiment, _ progress: ProgressLine) async throws {
    let store = EvidenceStore(path: out ?? PapersCommand.defaultFolder)
    try OutputPath.makeFolder(store.path)
    try OutputPath.check(file: store.path(of: paper))
    let seeds = seeds.map { (0..<UInt64($0)).map(\.self) }
    let runner = ExperimentRunner(
      home: Installation.cache + "/runs", versions: SoftwareVersions(assay: AssayMain.version),
      scale: scale, jobs: engine == .slurm || pick != nil ? 1 : jobs,
      threads: engine == .slurm ? machine.threads ?? 1 : Backend.threads,
      data: FetchedData(isQuiet: machine.quiet))
    if let pick {
      _ = try await runner.run(experiment, seeds: [pick])
      return
    }
    if engine == .slurm { try await submit(seeds ?? experiment.seeds, runner, progress) }
    let record = try await runner.run(experiment, seeds: seeds) {
      progress.show($0.share, "Seeds finished: \($0.finished) of \($0.seeds)")
    }
    progress.end()
    let before = try? store.record(of: paper)
    try store.write(record)
    runner.discardCheckpoints(of: experiment)
    print(record.text)
    if let before {
      print("Against the record before:\n" + EvidenceComparison(of: record, with: before).text)
    }
    print("Record: \(store.path(of: paper))")
  }

  /// Has a job array measure the seeds, and waits for it; what it leaves undone is done here.
  private func submit(
    _ seeds: [UInt64], _ runner: ExperimentRunner, _ progress: ProgressLine
  ) async throws {
    let folder = runner.home + "/slurm"
    try OutputPath.makeFolder(folder)
    let words = [
      "papers", "run", paper.slug, "--scale", scale.rawValue, "--threads", "\(runner.threads)",
      "--quiet", "--pick",
    ]
    let job = try SlurmQueue.submit(
      words, for: seeds.map { "\($0)" }, name: "assay-\(paper)",
      script: "\(folder)/\(paper).sh", concurrent: jobs, threads: runner.threads)
    do {
      while SlurmQueue.isActive([job]) {
        progress.show(0, "Job \(job) of Slurm measures \(seeds.count) seeds")
        try await Task.sleep(for: .seconds(1))
      }
    } catch {
      // Nobody waits for its seeds any more; those that are finished are kept.
      SlurmQueue.cancel(job)
      throw error
    }
  }
}
