import Arguments
import Desk
import Dispatch
import Evidence
import Foundation
import Service
import Tensors

struct ServeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve", abstract: "Serve the reading desk to a browser on this machine.",
    discussion: "Ctrl-C ends it when the answers that were begun are out.")

  @Option(help: "The port; 0 for any that is free.")
  var port = 8080

  @Option(help: "The address to listen on. Other than loopback needs '--token'.")
  var host = "127.0.0.1"

  @Option(help: "The secret that a browser must show; ASSAY_TOKEN if left out.")
  var token: String?

  @Option(help: "Another name by which browsers call this machine, such as 'desk.example.org'.")
  var name: [String] = []

  @Option(help: "A folder of audits' reports to show; 'assay-report' if left out.")
  var audits = "assay-report"

  @Option(help: "How many threads answer.")
  var threads = 2

  @Flag(help: "Say nothing but errors.")
  var quiet = false

  @OptionGroup var desk: DeskOptions

  func validate() throws {
    guard 0...65_535 ~= port else {
      throw ValidationError("'--port' must be from 0 to 65535, but is \(port).")
    }
    guard 1...64 ~= threads else {
      throw ValidationError("'--threads' must be from 1 to 64, but is \(threads).")
    }
  }

  func run() throws {
    let token = token ?? ProcessInfo.processInfo.environment["ASSAY_TOKEN"]
    let isLoopback = host == "::1" || host.hasPrefix("127.")
    if let token, token.utf8.count < 16 { throw ServiceError.needsToken(host: host) }
    guard isLoopback || token != nil else { throw ServiceError.needsToken(host: host) }
    // Many small requests gain nothing from many threads each.
    Backend.useThreads(1)
    let desk = try desk.desk()
    let progress = ProgressLine(isQuiet: quiet)
    try desk.search().prepare { progress.show($0, "Reading papers for search by meaning (once)") }
    // The first reader does not wait for what every search needs.
    _ = try desk.search().results(for: "papers")
    progress.end()
    var options = HTTPServerOptions()
    (options.host, options.port, options.threads) = (host, port, threads)
    // The site must know its port to know its name, and the server must run to have its port.
    let site = LateSite()
    let server = try HTTPServer(options) { site.response(to: $0) }
    let names = name + [host.contains(":") ? "[\(host)]" : host] + (isLoopback ? ["localhost"] : [])
    site.open(
      DeskSite(
        desk,
        options: DeskSite.Options(
          hosts: Set(names.flatMap { ["\($0):\(server.port)", $0] }.map { $0.lowercased() }),
          token: token, audits: audits)
      ) {
        ExperimentRunner(
          home: Installation.cache + "/runs", versions: SoftwareVersions(assay: AssayMain.version),
          data: FetchedData(isQuiet: true), sources: Installation.experimentSources,
          commit: Installation.commit)
      })
    if !quiet { print("http://\(names.last!):\(server.port)/") }
    fflush(nil)
    Self.waitForSignal()
    server.stop()
    site.stop()
  }

  private static func waitForSignal() {
    let ended = DispatchSemaphore(value: 0)
    let sources = [SIGINT, SIGTERM].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler { ended.signal() }
      source.resume()
      return source
    }
    ended.wait()
    for source in sources { source.cancel() }
  }
}

extension ServiceError: ExitCoding {
  public var exitCode: ExitCode {
    switch self {
    case .cannotListen: .unavailable
    case .needsToken: .usage
    }
  }
}
