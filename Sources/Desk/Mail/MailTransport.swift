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
  /// No mail can be sent now: the server is away, is not trusted, or does not let us in.
  case unusable(reason: String)
  /// The connection ended or hung inside of the message, which may have been taken.
  case lost(reason: String)
  /// The server says that it may take it later.
  case later(reason: String)
  /// The server will never take it.
  case refused(reason: String)

  public var description: String {
    switch self {
    case .badServer(let address):
      "'\(address)' is no mail server. Write smtp://[user:password@]host[:port] or smtps://…."
    case .unusable(let reason): "No mail can be sent, and all of it waits: \(reason)"
    case .lost(let reason): "The connection broke: \(reason)"
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
    if result == assay_mail_taken { return }
    let text = String(
      decoding: reason.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    switch result {
    case assay_mail_no_server: throw .unusable(reason: "\(url): \(text)")
    case assay_mail_lost: throw .lost(reason: text)
    // The answer tells a full mailbox (4xx) from a wrong one (5xx).
    default: throw 500..<600 ~= answer ? .refused(reason: text) : .later(reason: text)
    }
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
