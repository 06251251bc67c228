import Foundation
import Reports

/// Writes mails about papers into the outbox: digests, and the questions whether they are wanted.
public struct DigestMailer: Sendable {
  private let store: PaperStore
  private let sender: MailAddress
  /// Where the desk is to be reached.
  private let desk: String

  public init(_ store: PaperStore, sender: MailAddress, desk: String) {
    (self.store, self.sender, self.desk) = (store, sender, desk)
  }

  /// Posts a digest to addresses, each with its own way out.
  ///
  /// An address gets one digest a day, and is told of a paper once.
  ///
  /// - Parameter limit: how many papers a mail tells of; the first that its address does not know.
  /// - Returns: how many mails are new in the outbox.
  @discardableResult
  public func post(
    _ digest: Digest, to recipients: [Subscriber], limit: Int = .max
  ) throws -> Int {
    try recipients.count { recipient in
      try store.database.transaction { try post(digest, to: recipient, limit) }
    }
  }

  private func post(_ digest: Digest, to recipient: Subscriber, _ limit: Int) throws -> Bool {
    let key = "digest \(digest.day) \(recipient.address)"
    if try store.hasPosted(key) { return false }
    let known = try store.mailedPapers(to: recipient.address)
    let fresh = Digest(
      items: digest.items.lazy.filter { !known.contains($0.paper.id) }.prefix(limit).map(\.self),
      since: digest.since, day: digest.day, desk: digest.desk)
    guard !fresh.items.isEmpty else { return false }
    let way = "\(desk)/unsubscribe/\(recipient.token)"
    let footer = "You follow these topics on an Assay desk. To stop: \(way)"
    let message = message(
      to: recipient.address, key: key, subject: fresh.subject, plain: fresh.plain(footer: footer),
      html: fresh.html(footer: footer), way: way)
    try store.keepMailed(fresh.items.map(\.paper.id), to: recipient.address)
    return try store.post(message, to: recipient.address, key: key)
  }

  /// Asks an address whether it wants mail; asks once a day at most.
  public func askToConfirm(_ subscriber: Subscriber, day: String) throws {
    let address = "\(desk)/confirm/\(subscriber.token)"
    let text =
      "Someone asked for a digest of new papers to be sent to this address. If that was you, confirm here; otherwise do nothing, and no mail will come."
    let html = """
      <!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Confirm</title></head>
      <body><p>\(text.htmlEscaped)</p><p><a href="\(address.htmlEscaped)">\(address.htmlEscaped)</a></p></body></html>

      """
    let key = "confirm \(day) \(subscriber.address)"
    let message = message(
      to: subscriber.address, key: key, subject: "Confirm: new papers by mail",
      plain: "\(text)\n\n\(address)\n", html: html, way: nil)
    _ = try store.post(message, to: subscriber.address, key: key)
  }

  private func message(
    to recipient: String, key: String, subject: String, plain: String, html: String, way: String?
  ) -> String {
    var hash = FNV1a()
    hash.add(key)
    return MIMEMessage(
      sender: sender.description, recipient: recipient, subject: subject, plain: plain, html: html,
      identifier: "\(String(hash.value, radix: 16)).\(digestDay(key))", date: store.clock(),
      unsubscribeAddress: way
    ).text
  }

  /// The day in a key, so that identifiers of two days differ even if a hash does not.
  private func digestDay(_ key: String) -> String {
    String(key.split(separator: " ")[1].filter(\.isNumber))
  }
}
