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
  /// After how many lost connections in a row the server is taken to be away.
  private static let patience = 3

  public init(from store: PaperStore, by transport: any MailTransport) {
    (self.store, self.transport) = (store, transport)
  }

  /// Sends all mail that is due.
  ///
  /// - Throws: `MailError.unusable` if the server takes no mail at all, which counts as no attempt;
  ///   `CancellationError` between mails, `StoreError`.
  public func deliver(_ report: (Event) -> Void = { _ in }) throws {
    try store.giveBackLostMail()
    var lost = 0
    while !Task.isCancelled, let mail = try store.takeMail() {
      do {
        try transport.send(mail.message, to: mail.recipient)
        try store.settle(mail, as: "sent", next: 0, error: nil)
        lost = 0
        report(.sent(recipient: mail.recipient))
      } catch MailError.unusable(let reason) {
        try store.giveBack(mail)
        throw MailError.unusable(reason: reason)
      } catch MailError.lost(let reason) {
        report(try postpone(mail, because: reason))
        lost += 1
        if lost == Self.patience { throw MailError.unusable(reason: reason) }
      } catch MailError.later(let reason) {
        lost = 0
        report(try postpone(mail, because: reason))
      } catch let error as MailError {
        lost = 0
        report(try give(up: mail, because: error.description))
      }
    }
    try Task.checkCancellation()
  }

  private func postpone(_ mail: WaitingMail, because reason: String) throws -> Event {
    guard mail.attempts < Self.attempts else {
      return try give(up: mail, because: "It was tried \(mail.attempts) times. \(reason)")
    }
    let wait = Self.pause(after: mail.attempts)
    try store.settle(mail, as: "waiting", next: store.now + wait, error: reason)
    return .postponed(recipient: mail.recipient, reason: reason, seconds: wait)
  }

  private func give(up mail: WaitingMail, because reason: String) throws -> Event {
    try store.settle(mail, as: "failed", next: 0, error: reason)
    return .failed(recipient: mail.recipient, reason: reason)
  }

  /// The seconds to wait after so many attempts: a minute, doubled each time, half a day at most.
  static func pause(after attempts: Int) -> Int {
    min(60 << min(attempts - 1, 10), longestPause)
  }

  static let longestPause = 43_200
}
