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
      exit code is 0. Where arms have a setting to tune, they are tuned first, on seeds of their \
      own.
      """)

  @Argument(help: "The paper's name; left out with '--stale'.")
  var paper: PaperID?

  @Flag(help: "Run every experiment without a record, or that changed since its record.")
  var stale = false

  @Option(
    help: """
      How many seeds, counted from 0, or which, such as '8-19'; the experiment's by default. Seeds \
      that do not start from 0 are kept beside the record, as a replication.
      """)
  var seeds: SeedRange?

  @Option(help: "Why a verdict changes, kept with the former one where one does.")
  var reason: String?

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
    guard (paper == nil) == stale else {
      throw ValidationError("Name one paper, or '--stale'.")
    }
    guard !stale || (pick == nil && seeds == nil) else {
      throw ValidationError("'--stale' takes the seeds of each experiment.")
    }
    guard 1...256 ~= jobs else {
      throw ValidationError("'--jobs' must be from 1 to 256, but is \(jobs).")
    }
  }

  func run() throws {
    let experiments = try paper.map { paper in
      guard let experiment = Experiments.experiment(on: paper) else {
        throw UnknownPaper(paper: paper)
      }
      return [experiment]
    }
    let options = self
    let store = EvidenceStore(path: out ?? PapersCommand.defaultFolder)
    let due =
      experiments
      ?? Experiments.all.filter { (try? store.record(of: $0.paper))?.isStale ?? true }
    if due.isEmpty { print("No record is stale.") }
    try machine.run { progress in
      for experiment in due { try await options.run(experiment, store, progress) }
    }
  }

  private func run(
    _ experiment: some Experiment, _ store: EvidenceStore, _ progress: ProgressLine
  ) async throws {
    let isReplication = seeds?.isReplication ?? false
    let store = isReplication ? store.replications : store
    let paper = experiment.paper
    try OutputPath.makeFolder(store.path)
    try OutputPath.check(file: store.path(of: paper))
    let seeds = seeds?.seeds
    let runner = ExperimentRunner(
      home: Installation.cache + "/runs", versions: SoftwareVersions(assay: AssayMain.version),
      scale: scale, jobs: engine == .slurm || pick != nil ? 1 : jobs,
      threads: engine == .slurm ? machine.threads ?? 1 : Backend.threads,
      data: FetchedData(isQuiet: machine.quiet), sources: Installation.experimentSources,
      commit: Installation.commit)
    if let pick {
      _ = try await runner.run(experiment, seeds: [pick])
      return
    }
    try await runner.tune(experiment) {
      progress.show($0.share, "Tuning runs finished: \($0.finished) of \($0.runs) (\(paper))")
    }
    if engine == .slurm { try await submit(paper, seeds ?? experiment.seeds, runner, progress) }
    let measured = try await runner.run(experiment, seeds: seeds) {
      progress.show($0.share, "Seeds finished: \($0.finished) of \($0.runs) (\(paper))")
    }
    progress.end()
    let before = try? store.record(of: paper)
    let record = try store.write(measured, reason: reason)
    runner.discardCheckpoints(of: experiment)
    print(record.text)
    if let before {
      print("Against the record before:\n" + EvidenceComparison(of: record, with: before).text)
    }
    print("Record: \(store.path(of: paper))")
  }

  /// Has a job array measure the seeds, and waits for it; what it leaves undone is done here.
  private func submit(
    _ paper: PaperID, _ seeds: [UInt64], _ runner: ExperimentRunner, _ progress: ProgressLine
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

/// Seeds as a number of them or a range.
struct SeedRange: ExpressibleByArgument {
  let seeds: [UInt64]

  /// Whether a record of the experiment's own seeds cannot hold them.
  var isReplication: Bool { seeds.first != 0 }

  init?(argument: String) {
    let ends = argument.split(separator: "-", omittingEmptySubsequences: false).map { UInt64($0) }
    switch ends.count {
    case 1:
      guard let count = ends[0], 1...10_000 ~= count else { return nil }
      seeds = Array(0..<count)
    case 2:
      guard let first = ends[0], let last = ends[1], first <= last, last - first < 10_000 else {
        return nil
      }
      seeds = Array(first...last)
    default: return nil
    }
  }
}
