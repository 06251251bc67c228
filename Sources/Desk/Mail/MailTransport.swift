import CCurl

/// What hands mail to a server.
public protocol MailTransport: Sendable {
  /// Hands one message over.
  ///
  /// - Throws: `MailError`.
  func send(_ message: String, to recipient: String) throws(MailError)
}

/// Why a message was not taken.
public enum MailError: Error, Hashable, Sendable, CustomStringConvertible {
  case badServer(String)
  /// It may be taken later: the server is away, slow, or says so.
  case later(reason: String)
  /// The server will never take it.
  case refused(reason: String)

  public var description: String {
    switch self {
    case .badServer(let address):
      "'\(address)' is no mail server. Write smtp://[user:password@]host[:port] or smtps://…."
    case .later(let reason): "The mail could not be sent yet: \(reason)"
    case .refused(let reason): "The mail was refused: \(reason)"
    }
  }
}

/// A mail server, spoken to in SMTP.
public struct SMTPServer: MailTransport, Hashable {
  private let url: String
  private let user: String?
  private let password: String?
  private let sender: String
  private let requiresEncryption: Bool
  private let authority: String?
  /// The most seconds that one message may take.
  public var seconds = 60

  /// - Parameters:
  ///   - address: `smtp://[user:password@]host[:port]`, or `smtps://…` for encryption from the first
  ///     byte. Except on this machine, nothing is sent before STARTTLS has succeeded.
  ///   - authority: a file of certificates to trust instead of the system's.
  /// - Throws: `MailError.badServer`.
  public init(address: String, sender: MailAddress, authority: String? = nil) throws(MailError) {
    guard
      let match = address.wholeMatch(
        of:
          /(smtps?):\/\/(?:([^:@\/]*)(?::([^@\/]*))?@)?([A-Za-z0-9.\-]+|\[[0-9a-fA-F:]+\])(?::([0-9]{1,5}))?\/?/
      )
    else { throw .badServer(address.replacing(/\/\/.*@/, with: "//…@")) }
    let (_, scheme, user, password, host, port) = match.output
    url = "\(scheme)://\(host)" + (port.map { ":\($0)" } ?? "")
    self.user = user.flatMap { String($0).removingPercentEncoding }
    self.password = password.flatMap { String($0).removingPercentEncoding }
    self.sender = sender.description
    self.authority = authority
    let isLocal = ["localhost", "127.0.0.1", "[::1]"].contains(String(host))
    requiresEncryption = !isLocal || authority != nil
  }

  public func send(_ message: String, to recipient: String) throws(MailError) {
    var reason = [CChar](repeating: 0, count: Int(assay_curl_message))
    var answer = 0
    let bytes = Array(message.utf8).map { CChar(bitPattern: $0) }
    let result = withCStrings([url, user, password, "<\(sender)>", "<\(recipient)>", authority]) {
      text in
      var mail = assay_mail(
        url: text[0], user: text[1], password: text[2], sender: text[3], recipient: text[4],
        requires_tls: requiresEncryption ? 1 : 0, timeout: seconds, authority: text[5])
      return assay_send_mail(&mail, bytes, bytes.count, &answer, &reason)
    }
    guard result != 0 else { return }
    let text = String(
      decoding: reason.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    // The answer tells a full mailbox (4xx) from a wrong one (5xx); who may not sign in is refused
    // himself, not his mail.
    let isAboutSigningIn = [530, 534, 535, 538].contains(answer)
    throw 500..<600 ~= answer && !isAboutSigningIn ? .refused(reason: text) : .later(reason: text)
  }
}

/// Calls `body` with the texts as C strings.
private func withCStrings<Result>(
  _ texts: [String?], _ body: ([UnsafePointer<CChar>?]) -> Result
) -> Result {
  let copies = texts.map { $0.map { Array($0.utf8CString) } }
  var buffers: [UnsafeMutablePointer<CChar>?] = []
  for copy in copies {
    guard let copy else {
      buffers.append(nil)
      continue
    }
    let buffer = UnsafeMutablePointer<CChar>.allocate(capacity: copy.count)
    buffer.initialize(from: copy, count: copy.count)
    buffers.append(buffer)
  }
  defer { for buffer in buffers { buffer?.deallocate() } }
  return body(buffers.map { UnsafePointer($0) })
}
