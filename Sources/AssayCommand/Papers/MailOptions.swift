import Arguments
import Desk
import Foundation

/// How mail leaves this machine.
struct MailOptions: ParsableArguments {
  @Option(
    help:
      "The mail server: smtp://[user:password@]host[:port] or smtps://…; ASSAY_SMTP if left out.")
  var smtp: String?

  @Option(help: "The address that mail is sent from; ASSAY_MAIL_FROM if left out.")
  var sender: String?

  @Option(
    help: """
      A file of certificates to trust for mail instead of the system's; ASSAY_SMTP_AUTHORITY if \
      left out.
      """)
  var authority: String?

  @Option(help: "Where readers reach the desk; ASSAY_DESK_URL if left out, else this machine.")
  var link: String?

  private var environment: [String: String] { ProcessInfo.processInfo.environment }

  /// - Throws: `ValidationError`.
  func transport() throws -> SMTPServer {
    guard let address = smtp ?? environment["ASSAY_SMTP"] else {
      throw ValidationError("No mail server is named: set ASSAY_SMTP or '--smtp'.")
    }
    return try SMTPServer(
      address: address, sender: senderAddress(),
      authority: authority ?? environment["ASSAY_SMTP_AUTHORITY"])
  }

  /// - Throws: `ValidationError`.
  func senderAddress() throws -> MailAddress {
    try MailAddress(argument: sender ?? environment["ASSAY_MAIL_FROM"] ?? "assay@localhost")
      .orThrow("'\(sender ?? environment["ASSAY_MAIL_FROM"] ?? "")' is no mail address.")
  }

  var deskAddress: String {
    let address = link ?? environment["ASSAY_DESK_URL"] ?? "http://127.0.0.1:8080"
    return address.hasSuffix("/") ? String(address.dropLast()) : address
  }
}

extension Optional {
  fileprivate func orThrow(_ message: String) throws -> Wrapped {
    guard let self else { throw ValidationError(message) }
    return self
  }
}

extension MailAddress: ExpressibleByArgument {
  public init?(argument: String) { self.init(argument) }
}

extension MailError: ExitCoding {
  public var exitCode: ExitCode {
    switch self {
    case .badServer: .usage
    case .lost, .later: .temporaryFailure
    case .unusable, .refused: .unavailable
    }
  }
}
