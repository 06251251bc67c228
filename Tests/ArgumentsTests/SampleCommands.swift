import Arguments

enum Norm: String, CaseIterable, ExpressibleByArgument { case linf, l2 }

/// Comma-separated radii, as a caller would write them.
struct Radii: ExpressibleByArgument, Equatable {
  var values: [Float]
  init?(argument: String) {
    let parts = argument.split(separator: ",", omittingEmptySubsequences: false)
    values = parts.compactMap { Float($0) }
    if values.count != parts.count { return nil }
  }
}

struct CommonOptions: ParsableArguments {
  @Flag(name: .shortAndLong, help: "Print less.") var quiet = false
  @Option(help: "Threads to use.") var threads = 2
  func validate() throws {
    if threads < 1 { throw ValidationError("'--threads' must be at least 1, but is \(threads).") }
  }
}

struct AuditSample: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit", abstract: "Audits a model.", discussion: "Runs every check.")
  @Argument(help: "The model.") var model: String
  @Argument(help: "The data.") var data: String?
  @Option(help: "How changes are measured.") var norm = Norm.linf
  @Option(name: .shortAndLong, help: "Radii.") var radius: Radii?
  @Option(help: "A check to run.") var only: [String] = []
  @Option(help: ArgumentHelp("Seed.", valueName: "number")) var seed: UInt64 = 0
  @Option var scale: Double = 1
  @Option(name: .customLong("json")) var jsonFile: String?
  @Flag(inversion: .prefixedNo, help: "Use color.") var color = true
  @Flag(name: .customShort("v")) var verbose = false
  @OptionGroup var common: CommonOptions
}

struct FailingSample: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "fail", abstract: "Fails.")
  enum Kind: String, CaseIterable, ExpressibleByArgument {
    case data, plain, code, cancel, clean, help, none
  }
  struct DataFailure: ExitCoding, CustomStringConvertible {
    var exitCode: ExitCode { .dataError }
    var description: String { "The file 'a.npz' is truncated.\nTry another." }
  }
  struct PlainFailure: Error, CustomStringConvertible { var description: String { "Oops." } }

  @Argument var kind: Kind

  func run() throws {
    switch kind {
    case .data: throw DataFailure()
    case .plain: throw PlainFailure()
    case .code: throw ExitCode.policyFailure
    case .cancel: throw CancellationError()
    case .clean: throw CleanExit.message("Bye.")
    case .help: throw CleanExit.helpRequest(Self.self)
    case .none: break
    }
  }
}

struct FetchSample: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "fetch", abstract: "Fetches data.")
  @Argument var names: [String]
}

struct DataSample: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "data", abstract: "Data sets.", subcommands: [FetchSample.self])
}

struct AssaySample: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "assay", abstract: "Puts a model to the test.", version: "1.2.3",
    subcommands: [AuditSample.self, FailingSample.self, DataSample.self])
}

struct DefaultSample: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tool", subcommands: [FetchSample.self, DataSample.self],
    defaultSubcommand: FetchSample.self)
}
