import Desk
import Evidence
import Foundation
import Reports
import Synchronization

/// The desk as a web site: pages over one store, forms that change it, and runs of experiments.
public final class DeskSite: Sendable {
  /// What the site shows and who may see it.
  public struct Options: Sendable {
    /// The names by which browsers may call this machine, with the port where it is not 80.
    public var hosts: Set<String>
    /// The secret that a browser must show once; nil where only this machine can connect.
    public var token: String?
    /// A folder of reports that `assay audit` made.
    public var audits: String?

    public init(hosts: Set<String>, token: String? = nil, audits: String? = nil) {
      (self.hosts, self.token, self.audits) = (hosts, token, audits)
    }
  }

  let desk: PaperDesk
  let options: Options
  let runs: ExperimentRuns
  private let sessions: Sessions
  private let cache = PageCache()

  public init(
    _ desk: PaperDesk, options: Options, runner: @escaping @Sendable () -> ExperimentRunner
  ) {
    (self.desk, self.options) = (desk, options)
    runs = ExperimentRuns(desk, runner: runner)
    sessions = Sessions(token: options.token)
  }

  /// Answers one request.
  public func response(to request: HTTPRequest) -> HTTPResponse {
    var response = answer(request)
    response.headers += Self.safetyHeaders(of: request)
    return response
  }

  /// Stops what runs in the background; finished seeds are kept.
  public func stop() { runs.stop() }

  private func answer(_ request: HTTPRequest) -> HTTPResponse {
    // A page elsewhere may make its own name mean this machine; it cannot change what it calls it.
    guard let host = request.headers["Host"], options.hosts.contains(host.lowercased()) else {
      return failure(421, "This desk does not go by that name.", request)
    }
    do {
      if let asset = Asset.named(request.path) { return asset.response }
      if let response = try mailResponse(to: request) { return response }
      guard sessions.admits(request) else { return signIn(request) }
      switch request.method {
      case "GET", "HEAD": return try page(request)
      case "POST":
        guard sessions.trusts(request) else {
          return failure(
            403, "The form is too old or from elsewhere. Load the page again.", request)
        }
        return try act(request)
      default: return failure(405, "The desk only reads and takes forms.", request)
      }
    } catch let error as StoreError {
      if case .unknownPaper = error { return failure(404, error.description, request) }
      return failure(503, error.description, request)
    } catch {
      return failure(500, "\(error)", request)
    }
  }

  /// A page, from the cache if nothing has changed since it was made.
  private func page(_ request: HTTPRequest) throws -> HTTPResponse {
    let session = sessions.session(of: request)
    let make = { try DeskPages(site: self, request: request).response }
    var response: HTTPResponse
    if request.path.hasPrefix("/runs") || request.path.hasPrefix("/audits") {
      response = try make()
    } else {
      response = try cache.response(
        to: request, version: version, formToken: session.formToken, make: make)
    }
    if session.isNew {
      response.headers.append(
        ("Set-Cookie", "assay_session=\(session.name); Path=/; HttpOnly; SameSite=Strict"))
    }
    return response
  }

  /// What changes whenever a page might: the store, the records of experiments, a run.
  private var version: String {
    get throws {
      var records = stat()
      stat(desk.evidence.path, &records)
      return try "\(desk.store.database.version()) \(records.st_mtim.tv_sec) \(runs.changes)"
    }
  }

  private func act(_ request: HTTPRequest) throws -> HTTPResponse {
    try DeskActions(site: self, request: request).response
  }

  /// What mail programs call, which have no session: the token in the address is the permission.
  private func mailResponse(to request: HTTPRequest) throws -> HTTPResponse? {
    let parts = request.parts
    guard parts.count == 2, parts[0] == "confirm" || parts[0] == "unsubscribe" else { return nil }
    let store = desk.store
    guard let subscriber = try store.subscriber(parts[1]), subscriber.token == parts[1] else {
      return failure(404, "No subscription has this address.", request)
    }
    let isConfirming = parts[0] == "confirm"
    if request.method == "POST" {
      _ = try isConfirming ? store.confirm(token: parts[1]) : store.unsubscribe(token: parts[1])
      let text =
        isConfirming ? "gets the digest of new papers." : "gets no more mail from this desk."
      return .page(
        PageFrame(title: "Done", current: nil).page("<p>\(subscriber.address) \(text)</p>"))
    }
    // Programs that look at links before their reader does must change nothing.
    let question = isConfirming ? "Send the digest of new papers to" : "Send no more mail to"
    return .page(
      PageFrame(title: isConfirming ? "Confirm" : "Unsubscribe", current: nil).page(
        """
        <form method="post"><p>\(question) \(subscriber.address)?</p>
        <button class="primary">\(isConfirming ? "Confirm" : "Unsubscribe")</button></form>
        """))
  }

  private func signIn(_ request: HTTPRequest) -> HTTPResponse {
    if let session = sessions.signIn(request) {
      var response = HTTPResponse.redirect(to: "/")
      response.headers.append(
        ("Set-Cookie", "assay_session=\(session); Path=/; HttpOnly; SameSite=Strict"))
      return response
    }
    return .page(
      PageFrame(title: "Sign in", current: nil).page(
        """
        <form method="post" action="/sign-in"><label>The desk's token
        <input type="password" name="token" autofocus></label> <button class="primary">Sign in</button></form>
        """), status: 401)
  }

  func failure(_ status: Int, _ text: String, _ request: HTTPRequest) -> HTTPResponse {
    .page(PageFrame(title: "\(status)", current: nil).page("<p>\(text)</p>"), status: status)
  }

  /// What browsers are told to refuse. A report of an audit holds its own style and script, so it is
  /// shut into a box instead.
  private static func safetyHeaders(of request: HTTPRequest) -> [(name: String, value: String)] {
    let policy =
      request.path.hasPrefix("/audits/")
      ? "sandbox allow-scripts; default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline' 'unsafe-eval'; img-src data:"
      : "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    return [
      ("Content-Security-Policy", policy), ("X-Content-Type-Options", "nosniff"),
      ("Referrer-Policy", "no-referrer"), ("Cross-Origin-Opener-Policy", "same-origin"),
      ("X-Frame-Options", "DENY"),
    ]
  }
}
