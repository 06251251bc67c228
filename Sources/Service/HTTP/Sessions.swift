import Foundation
import Synchronization

/// Which browsers may see the desk, and which forms come from its own pages.
///
/// A session is a random name in a cookie that other sites cannot send. Each session has a second
/// random text that its forms carry, which other sites cannot read.
final class Sessions: Sendable {
  /// What pages hold where the session's form token goes, so that a page serves every session.
  ///
  /// It is another one in each process, so that no foreign text can hold it.
  static let placeholder = random()

  private let token: String?
  private let formTokens = Mutex<[String: String]>([:])
  /// The most sessions that are kept; a browser that is forgotten gets a new one.
  private static let limit = 4096

  init(token: String?) {
    self.token = token
  }

  struct Session {
    let name: String
    let formToken: String
    let isNew: Bool
  }

  /// Whether a request may see the desk: from this machine alone, or by one who showed the token.
  func admits(_ request: HTTPRequest) -> Bool {
    guard let token else { return true }
    if let header = request.headers["Authorization"], Self.isEqual(header, "Bearer \(token)") {
      return true
    }
    return known(request) != nil
  }

  /// The session of a request; a new one if it has none.
  func session(of request: HTTPRequest) -> Session {
    if let (name, formToken) = known(request) {
      return Session(name: name, formToken: formToken, isNew: false)
    }
    // Who shows the token with each request has no use for a session.
    if request.headers["Authorization"] != nil {
      return Session(name: "", formToken: "", isNew: false)
    }
    let (name, formToken) = newSession()
    return Session(name: name, formToken: formToken, isNew: true)
  }

  /// The name of a new session, if the request shows the token.
  func signIn(_ request: HTTPRequest) -> String? {
    guard let token, let shown = request.form["token"] ?? request.parameters["token"],
      Self.isEqual(shown, token)
    else { return nil }
    return newSession().name
  }

  /// Whether a form comes from a page of this desk.
  func trusts(_ request: HTTPRequest) -> Bool {
    if let site = request.headers["Sec-Fetch-Site"], site != "same-origin" { return false }
    guard let (_, formToken) = known(request), let sent = request.form["form-token"] else {
      return false
    }
    return Self.isEqual(sent, formToken)
  }

  private func known(_ request: HTTPRequest) -> (name: String, formToken: String)? {
    guard let name = request.cookies["assay_session"] else { return nil }
    return formTokens.withLock { $0[name] }.map { (name, $0) }
  }

  private func newSession() -> (name: String, formToken: String) {
    let (name, formToken) = (Self.random(), Self.random())
    formTokens.withLock { tokens in
      if tokens.count >= Self.limit {
        for old in Array(tokens.keys.prefix(Self.limit / 2)) { tokens[old] = nil }
      }
      tokens[name] = formToken
    }
    return (name, formToken)
  }

  /// 128 random bits.
  private static func random() -> String {
    var generator = SystemRandomNumberGenerator()
    return (0..<2).map { _ in String(generator.next(), radix: 36) }.joined()
  }

  /// Compares in a time that does not tell how much is right.
  private static func isEqual(_ first: String, _ second: String) -> Bool {
    let (first, second) = (Array(first.utf8), Array(second.utf8))
    guard first.count == second.count else { return false }
    return zip(first, second).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
  }
}
