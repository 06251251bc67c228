import Desk
import Evidence
import Foundation
import TestSupport
import Testing

@testable import Service

struct DeskSiteTests {
  /// A desk of its own, with one hostile paper.
  private func site(token: String? = nil, audits: String? = nil) throws -> (DeskSite, PaperStore) {
    let store = try PaperStore(SQLiteDatabase(path: nil))
    let evidence = EvidenceStore(path: TestFiles.package.path + "/Evidence")
    let desk = try PaperDesk(store: store, evidence: evidence, modelFolder: nil)
    var entry = PaperEntry(
      title: "<script>alert(1)</script> \"Robust\" Networks",
      abstract: "An abstract on robustness & more.")
    entry.organisation = "'><img src=x onerror=alert(1)>"
    entry.links = [
      PaperLink(.page, "javascript:alert(1)"), PaperLink(.page, "https://example.org/a"),
    ]
    _ = try store.merge(entry, from: "<b>page</b>")
    let options = DeskSite.Options(hosts: ["desk"], token: token, audits: audits)
    let site = DeskSite(desk, options: options) {
      ExperimentRunner(home: NSTemporaryDirectory(), versions: SoftwareVersions(assay: "test"))
    }
    return (site, store)
  }

  private func get(_ path: String, _ parameters: [String: String] = [:], cookie: String? = nil)
    -> HTTPRequest
  {
    var request = HTTPRequest(method: "GET", path: path)
    request.headers["Host"] = "desk"
    request.parameters = parameters
    request.cookies["assay_session"] = cookie
    return request
  }

  private func text(_ response: HTTPResponse) -> String {
    String(decoding: response.body, as: UTF8.self)
  }

  /// The cookie and form token of a browser that has loaded a page.
  private func session(_ site: DeskSite, _ path: String) throws -> (cookie: String, token: String) {
    let response = site.response(to: get(path))
    let set = try #require(response[header: "Set-Cookie"])
    let cookie = try #require(set.firstMatch(of: /assay_session=([^;]+)/)).output.1
    let token = try #require(text(response).firstMatch(of: /name="form-token" value="([^"]+)"/))
      .output.1
    return (String(cookie), String(token))
  }

  @Test(
    "Every page answers, escapes untrusted text, and allows no script of its own",
    arguments: [
      "/", "/trending", "/search", "/evidence", "/list", "/following", "/audits", "/paper/robust",
      "/paper/ibp",
    ])
  func pages(_ path: String) throws {
    let (site, store) = try site()
    let paper = try store.latest()[0]
    let real = path == "/paper/robust" ? "/paper/\(paper.name)" : path
    let response = site.response(
      to: get(real, path == "/search" ? ["q": "robust \"<svg onload=x>"] : [:]))
    #expect(response.status == 200)
    let page = text(response)
    #expect(
      !page.contains("<script>alert") && !page.contains("<img") && !page.contains("<svg onload"))
    #expect(!page.contains("href=\"javascript") && !page.contains(Sessions.placeholder))
    let policy = try #require(response[header: "Content-Security-Policy"])
    #expect(policy.contains("default-src 'none'") && !policy.contains("unsafe"))
    #expect(page.hasPrefix("<!DOCTYPE html>") && page.contains("<main id=\"contents\">"))
  }

  @Test("A form changes the store only with its session's token, from this site")
  func forms() throws {
    let (site, store) = try site()
    let paper = try store.latest()[0]
    let (cookie, token) = try session(site, "/paper/\(paper.name)")
    var request = get("/paper/\(paper.name)/mark", cookie: cookie)
    request.method = "POST"
    request.form = ["state": "saved"]
    #expect(site.response(to: request).status == 403)
    request.form["form-token"] = token
    request.headers["Sec-Fetch-Site"] = "cross-site"
    #expect(site.response(to: request).status == 403)
    #expect(try store.state(of: paper.id) == nil)
    request.headers["Sec-Fetch-Site"] = "same-origin"
    let done = site.response(to: request)
    #expect(done.status == 303 && done[header: "Location"] == "/paper/\(paper.name)")
    #expect(try store.state(of: paper.id) == .saved)
    // The page that was made before must not be shown again.
    #expect(
      text(site.response(to: get("/paper/\(paper.name)", cookie: cookie))).contains("Saved ✓"))
    request.cookies["assay_session"] = "other"
    #expect(site.response(to: request).status == 403)
  }

  @Test("Notes, tags and topics by their forms")
  func writing() throws {
    let (site, store) = try site()
    let paper = try store.latest()[0]
    let (cookie, token) = try session(site, "/following")
    func post(_ path: String, _ form: [String: String]) -> Int {
      var request = get(path, cookie: cookie)
      (request.method, request.form) = ("POST", form.merging(["form-token": token]) { $1 })
      return site.response(to: request).status
    }
    #expect(post("/paper/\(paper.name)/note", ["text": "<i>mine</i>"]) == 303)
    #expect(post("/paper/\(paper.name)/tag", ["tag": "todo"]) == 303)
    #expect(post("/paper/\(paper.name)/tag", ["tag": "two words"]) == 400)
    #expect(post("/paper/\(paper.name)/follow", [:]) == 303)
    #expect(post("/follow", ["topic": "certified robustness"]) == 303)
    #expect(post("/follow", ["topic": "!!!"]) == 400)
    #expect(post("/paper/\(paper.name)/run", ["scale": "small"]) == 404)
    #expect(post("/paper/nothing/note", ["text": "x"]) == 404)
    #expect(try store.topics().count == 2)
    let page = text(site.response(to: get("/paper/\(paper.name)", cookie: cookie)))
    #expect(page.contains("&lt;i&gt;mine&lt;/i&gt;") && page.contains("#todo"))
  }

  @Test("Another name, another method and what is not there are refused")
  func refusals() throws {
    let (site, _) = try site()
    var foreign = get("/")
    foreign.headers["Host"] = "evil.example"
    #expect(site.response(to: foreign).status == 421)
    var delete = get("/")
    delete.method = "DELETE"
    #expect(site.response(to: delete).status == 405)
    for path in [
      "/nothing", "/paper/nothing", "/paper", "/runs/ibp.json", "/runs/../x", "/unsubscribe/x",
    ] {
      #expect(site.response(to: get(path)).status == 404, "\(path)")
    }
  }

  @Test("With a token, nothing is shown to those who have not shown it")
  func tokens() throws {
    let secret = "correct horse battery"
    let (site, _) = try site(token: secret)
    #expect(site.response(to: get("/")).status == 401)
    var signIn = get("/sign-in")
    (signIn.method, signIn.form) = ("POST", ["token": "wrong"])
    #expect(site.response(to: signIn).status == 401)
    signIn.form = ["token": secret]
    let done = site.response(to: signIn)
    #expect(done.status == 303)
    let cookie = try #require(done[header: "Set-Cookie"]?.firstMatch(of: /assay_session=([^;]+)/))
      .output.1
    #expect(site.response(to: get("/", cookie: String(cookie))).status == 200)
    var bearer = get("/")
    bearer.headers["Authorization"] = "Bearer \(secret)"
    #expect(site.response(to: bearer).status == 200)
  }

  @Test("Reports of audits are served from their folder alone, in a box")
  func audits() throws {
    try TestFiles.withTemporaryFolder { folder in
      let audits = folder + "/audits"
      try FileManager.default.createDirectory(
        atPath: audits + "/one", withIntermediateDirectories: true)
      try Data("<p>report</p>".utf8).write(to: URL(fileURLWithPath: audits + "/one/index.html"))
      try Data("secret".utf8).write(to: URL(fileURLWithPath: folder + "/secret.html"))
      let (site, _) = try site(audits: audits)
      #expect(text(site.response(to: get("/audits"))).contains("/audits/one/index%2Ehtml"))
      let report = site.response(to: get("/audits/one/index.html"))
      #expect(report.status == 200 && text(report) == "<p>report</p>")
      #expect(
        report[header: "Content-Security-Policy"]?.hasPrefix("sandbox allow-scripts;") == true)
      for path in [
        "/audits/../secret.html", "/audits/one/../../secret.html", "/audits//etc/passwd",
      ] {
        #expect(site.response(to: get(path)).status == 404)
      }
    }
  }

  @Test("A link in a mail asks before it ends a subscription; one click of a mail program does not")
  func subscriptions() throws {
    let (site, store) = try site()
    let subscriber = try store.subscribe(MailAddress("a@x.org")!)
    #expect(site.response(to: get("/confirm/\(subscriber.token)")).status == 200)
    #expect(try store.confirmedSubscribers().isEmpty)
    var request = get("/confirm/\(subscriber.token)")
    request.method = "POST"
    #expect(site.response(to: request).status == 200)
    #expect(try store.confirmedSubscribers().count == 1)
    request.path = "/unsubscribe/\(subscriber.token)"
    #expect(site.response(to: request).status == 200)
    #expect(try store.confirmedSubscribers().isEmpty)
    // An address is no token.
    request.path = "/unsubscribe/a@x.org"
    #expect(site.response(to: request).status == 404)
  }
}
