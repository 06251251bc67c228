import Arguments
import Certification
import Foundation
import Networks

struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Verify a property of a network: a proof, or a counterexample.",
    discussion: """
      Properties are files of the verification competition (VNN-LIB). One is verified by \
      'assay verify MODEL PROPERTY': the exit code is 0 if it holds, 1 if it is violated, 2 if no \
      method can tell, 3 after a timeout. With '--instances' all of a list are verified: the \
      exit code is 1 if an answer contradicts '--expected', and 2 if an instance cannot be run. \
      A list that was stopped goes on where it was. A property of version 2 may be about several \
      networks: 'assay verify PROPERTY --network f=A.onnx --network g=B.onnx'.
      """)

  @Argument(help: "An ONNX file; with '--network', the property.")
  var model: String?

  @Argument(help: "A property in VNN-LIB, also compressed by gzip.")
  var property: String?

  @Option(help: "The file of a network that the property declares; may be repeated.")
  var network: [NetworkFile] = []

  @Option(help: "The timeout for one property in seconds; the list's by default, else 300.")
  var timeout: Double?

  @Option(help: "The file to write the answer and the counterexample to, or the list's answers.")
  var out: String?

  @Flag(help: "Write the answer as JSON.")
  var json = false

  @Option(help: "A CSV of networks, properties and seconds, with paths from its folder.")
  var instances: String?

  @Option(help: "A CSV with columns 'network', 'property' and 'expected' to compare answers with.")
  var expected: String?

  @Option(help: "Verify only the first so many instances.")
  var limit: Int?

  @Option(help: "Verify only instances with one of these words in their names.")
  var only: WordList?

  @Option(help: "The number of instances to verify in parallel.")
  var jobs = 1

  @Option(help: "Verify the list in this process, or as a Slurm job array.")
  var engine = Engine.local

  @Option(help: "The folder of single answers; with Slurm beside '--out' by default.")
  var store: String?

  @Option(help: "Verify only the instance of this number, from 1, and put its answer in the store.")
  var pick: Int?

  @OptionGroup var machine: MachineOptions

  func validate() throws {
    if let timeout, !(timeout >= 0 && timeout.isFinite) {
      throw ValidationError("'--timeout' must be a number from 0 up, but is \(timeout).")
    }
    guard 1...1024 ~= jobs else {
      throw ValidationError("'--jobs' must be from 1 to 1024, but is \(jobs).")
    }
    if let limit, limit < 1 {
      throw ValidationError("'--limit' must be at least 1, but is \(limit).")
    }
    if let pick, pick < 1 {
      throw ValidationError("'--pick' must be at least 1, but is \(pick).")
    }
    if !network.isEmpty {
      guard instances == nil, model != nil, property == nil else {
        throw ValidationError(
          "With '--network', a property and nothing else is named: "
            + "assay verify PROPERTY --network NAME=MODEL.")
      }
      guard Set(network.map(\.name)).count == network.count else {
        throw ValidationError("'--network' names a network twice.")
      }
    }
    if instances == nil {
      guard model != nil, property != nil || !network.isEmpty else {
        throw ValidationError("A model and a property are needed: assay verify MODEL PROPERTY.")
      }
      for (name, isGiven) in [
        ("expected", expected != nil), ("limit", limit != nil), ("only", only != nil),
        ("pick", pick != nil), ("store", store != nil), ("engine", engine != .local),
        ("jobs", jobs != 1),
      ] where isGiven {
        throw ValidationError("'--\(name)' is for lists: give '--instances' with it.")
      }
    } else {
      guard model == nil else {
        throw ValidationError("With '--instances', models stand in the list.")
      }
      if engine == .slurm, out == nil {
        throw ValidationError("'--engine slurm' needs '--out' for the answers.")
      }
      if pick != nil, store == nil {
        throw ValidationError("'--pick' needs '--store' for the answer.")
      }
    }
  }

  func run() throws {
    let options = self
    try machine.run { progress in
      if options.instances == nil {
        try options.verifyOne(progress)
      } else if let pick = options.pick {
        try options.verifyPicked(pick)
      } else {
        try await options.verifyList(progress)
      }
    }
  }

  private func verifyOne(_ progress: ProgressLine) throws {
    let instance = VerificationInstance(
      network: network.isEmpty ? model! : network.map(\.text).joined(separator: ","),
      property: property ?? model!, timeout: timeout ?? 300)
    if let out { try OutputPath.check(file: out) }
    let solver = InstanceSolver(folder: nil, named: network)
    let limit = instance.timeout
    var shown = 0.0
    let answer = try solver.answer(instance) { open, proved, seconds in
      guard seconds >= shown + 1 else { return }
      shown = seconds
      progress.show(
        limit > 0 ? min(0.99, seconds / limit) : 0, "Subdomains verified: \(proved), open: \(open)")
    }
    progress.end()
    if let out { try answer.write(to: out) }
    print(json ? try answer.jsonText : answer.text)
    if answer.outcome.exitCode != .success { throw answer.outcome.exitCode }
  }
}

extension VerificationResult {
  var exitCode: ExitCode {
    switch self {
    case .holds: .success
    case .violated: ExitCode(1)
    case .unknown: ExitCode(2)
    case .timeout: ExitCode(3)
    }
  }
}

extension VNNLIBError: ExitCoding {
  public var exitCode: ExitCode { .dataError }
}

extension VerificationError: ExitCoding {
  public var exitCode: ExitCode { .dataError }
}
