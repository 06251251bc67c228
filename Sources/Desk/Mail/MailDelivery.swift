import Foundation

/// Sends what waits in the outbox.
///
/// A mail is marked before it is handed over and after it was taken. Killed between the server's
/// "taken" and the second mark, it is sent again under the same Message-ID, by which mail systems
/// know it; killed anywhere else, it is sent once.
public struct MailDelivery: Sendable {
  /// What was done with one mail.
  public enum Event: Sendable, Hashable {
    case sent(recipient: String)
    case postponed(recipient: String, reason: String, seconds: Int)
    case failed(recipient: String, reason: String)
  }

  private let store: PaperStore
  private let transport: any MailTransport

  /// How often a mail is tried: over more than two days.
  private static let attempts = 12

  public init(from store: PaperStore, by transport: any MailTransport) {
    (self.store, self.transport) = (store, transport)
  }

  /// Sends all mail that is due.
  ///
  /// - Throws: `CancellationError` between mails, `StoreError`.
  public func deliver(_ report: (Event) -> Void = { _ in }) throws {
    try store.giveBackLostMail()
    while let mail = try store.takeMail() {
      try Task.checkCancellation()
      report(try deliver(mail))
    }
  }

  private func deliver(_ mail: WaitingMail) throws -> Event {
    do {
      try transport.send(mail.message, to: mail.recipient)
      try store.settle(mail, as: "sent", next: 0, error: nil)
      return .sent(recipient: mail.recipient)
    } catch let error as MailError {
      if case .later(let reason) = error, mail.attempts < Self.attempts {
        let wait = Self.pause(after: mail.attempts)
        try store.settle(mail, as: "waiting", next: store.now + wait, error: reason)
        return .postponed(recipient: mail.recipient, reason: reason, seconds: wait)
      }
      try store.settle(mail, as: "failed", next: 0, error: error.description)
      return .failed(recipient: mail.recipient, reason: error.description)
    }
  }

  /// The seconds to wait after so many attempts: a minute, doubled each time, half a day at most.
  static func pause(after attempts: Int) -> Int {
    min(60 << min(attempts - 1, 10), 43_200)
  }
}
