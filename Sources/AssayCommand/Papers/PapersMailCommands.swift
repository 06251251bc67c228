import Arguments
import Desk
import Foundation

struct PapersSubscribeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "subscribe", abstract: "Offer an address the digest; it is asked to confirm.")

  @Argument(help: "The address.")
  var address: MailAddress

  @OptionGroup var mail: MailOptions
  @OptionGroup var desk: DeskOptions

  func run() throws {
    let store = try desk.paperStore()
    let transport = try mail.transport()
    let subscriber = try store.subscribe(address)
    guard subscriber.state == .pending else {
      print("\(address) is subscribed already.")
      return
    }
    try DigestMailer(store, sender: mail.senderAddress(), desk: mail.deskAddress)
      .askToConfirm(subscriber, day: Day.text(of: Date()))
    try OutboxReport.deliver(from: store, by: transport)
  }
}

struct PapersConfirmCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "confirm", abstract: "Confirm a subscription by the token that was mailed.")

  @Argument(help: "The token.")
  var token: String

  @OptionGroup var desk: DeskOptions

  func run() throws {
    guard let subscriber = try desk.paperStore().confirm(token: token) else {
      throw ValidationError("No subscription has this token.")
    }
    print("\(subscriber.address) gets the digest.")
  }
}

struct PapersUnsubscribeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "unsubscribe", abstract: "End a subscription.")

  @Argument(help: "The address, or the token of its mails.")
  var name: String

  @OptionGroup var desk: DeskOptions

  func run() throws {
    let store = try desk.paperStore()
    guard let subscriber = try store.subscriber(name),
      let ended = try store.unsubscribe(token: subscriber.token)
    else { throw ValidationError("'\(name)' is not subscribed.") }
    print("\(ended.address) gets no more mail.")
  }
}

struct PapersDeliverCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "deliver", abstract: "Send what waits in the outbox.")

  @OptionGroup var mail: MailOptions
  @OptionGroup var desk: DeskOptions

  func run() throws {
    let store = try desk.paperStore()
    try OutboxReport.deliver(from: store, by: mail.transport())
    let counts = try store.outboxCounts()
    print("\(counts.sent) sent, \(counts.waiting) waiting, \(counts.failed) failed")
  }
}
