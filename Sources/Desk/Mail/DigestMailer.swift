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

  /// Posts a digest to addresses, each with its own way out; an address gets one digest a day.
  ///
  /// - Returns: how many mails are new in the outbox.
  @discardableResult
  public func post(_ digest: Digest, to recipients: [Subscriber]) throws -> Int {
    var posted = 0
    for recipient in recipients {
      let way = "\(desk)/unsubscribe/\(recipient.token)"
      let footer = "You follow these topics on an Assay desk. To stop: \(way)"
      let key = "digest \(digest.day) \(recipient.address)"
      let message = message(
        to: recipient.address, key: key, subject: digest.subject,
        plain: digest.plain(footer: footer), html: digest.html(footer: footer), way: way)
      if try store.post(message, to: recipient.address, key: key) { posted += 1 }
    }
    return posted
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
