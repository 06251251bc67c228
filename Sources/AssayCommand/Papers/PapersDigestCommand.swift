import Arguments
import Datasets
import Desk
import Foundation

struct PapersDigestCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "digest", abstract: "Show or mail the new papers that belong to what is followed.",
    discussion: """
      An address gets one digest a day and each paper once, however often this runs; what could not \
      be sent waits in an outbox for the next run.
      """)

  @Option(help: "The first day: 'today', 'yesterday', a number of days such as '7', or a date.")
  var since = "yesterday"

  @Option(help: "How many papers at most.")
  var limit = 30

  @Option(help: "Mail it to this address; may be given several times.")
  var to: [MailAddress] = []

  @Flag(help: "Mail it to everyone who subscribed and confirmed.")
  var subscribers = false

  @Flag(help: "Show what would be mailed, and mail nothing.")
  var dryRun = false

  @Option(help: "Write it to a file as HTML.")
  var html: String?

  @OptionGroup var mail: MailOptions
  @OptionGroup var desk: DeskOptions
  @OptionGroup var machine: MachineOptions

  func validate() throws {
    guard 1...1000 ~= limit else {
      throw ValidationError("'--limit' must be from 1 to 1000, but is \(limit).")
    }
    _ = try start()
  }

  func run() throws {
    if let html { try OutputPath.check(file: html) }
    let options = self
    try machine.run { progress in try options.run(progress) }
  }

  private func run(_ progress: ProgressLine) throws {
    let desk = try desk.desk()
    let search = try desk.search()
    try search.prepare { progress.show($0 / 2, "Reading papers for search by meaning") }
    let start = try start()
    // What some know already makes room for others in their mails.
    let all = try Recommender(desk.store, search: search)
      .recommendations(since: Int(start.timeIntervalSince1970), limit: 5000)
    func digest(_ items: [Recommendation]) -> Digest {
      Digest(
        items: items, since: Day.text(of: start), day: Day.text(of: Date()), desk: mail.deskAddress)
    }
    let shown = digest(Array(all.prefix(limit)))
    progress.end()
    if let html { try AtomicFile.write(Data(shown.html().utf8), to: html) }
    let recipients = try self.recipients(desk.store)
    if recipients.isEmpty || dryRun {
      if html == nil || dryRun { print(shown.plain(), terminator: "") }
      for recipient in recipients { print("Would go to \(recipient.address)") }
      return
    }
    guard !all.isEmpty else {
      print("Nothing new since \(shown.since): no mail.")
      return
    }
    let transport = try mail.transport()
    let mailer = try DigestMailer(desk.store, sender: mail.senderAddress(), desk: mail.deskAddress)
    let posted = try mailer.post(digest(all), to: recipients, limit: limit)
    if posted < recipients.count {
      print(
        "\(recipients.count - posted) of \(recipients.count) have today's digest, or all of its papers, already."
      )
    }
    try OutboxReport.deliver(from: desk.store, by: transport)
  }

  /// Those who are to get it; an address that is named here needs no confirmation, but one that has
  /// unsubscribed gets nothing.
  private func recipients(_ store: PaperStore) throws -> [Subscriber] {
    let named = try to.compactMap { address -> Subscriber? in
      let known = try store.subscriber(address.description)
      if known?.state == .unsubscribed {
        print("\(address) has unsubscribed.")
        return nil
      }
      if let known { return known }
      return dryRun ? Subscriber(pending: address) : try store.subscribe(address)
    }
    let confirmed = subscribers ? try store.confirmedSubscribers() : []
    return named + confirmed.filter { !named.contains($0) }
  }

  /// The first moment that the digest is about.
  private func start() throws -> Date {
    let calendar = Day.calendar
    let today = calendar.startOfDay(for: Date())
    let days: Int? =
      switch since {
      case "today": 0
      case "yesterday": 1
      default: Int(since).flatMap { 0...3650 ~= $0 ? $0 : nil }
      }
    if let days { return calendar.date(byAdding: .day, value: -days, to: today)! }
    let parts = since.split(separator: "-").compactMap { Int($0) }
    guard since.wholeMatch(of: /[0-9]{4}-[0-9]{2}-[0-9]{2}/) != nil,
      let date = calendar.date(
        from: DateComponents(year: parts[0], month: parts[1], day: parts[2]))
    else {
      throw ValidationError("'--since' must be 'today', 'yesterday', a number of days or a date.")
    }
    return date
  }
}

/// Sends what waits, and says what became of it.
enum OutboxReport {
  static func deliver(from store: PaperStore, by transport: some MailTransport) throws {
    var (postponed, failed) = (0, 0)
    try MailDelivery(from: store, by: transport).deliver { event in
      switch event {
      case .sent(let recipient): print("Sent to \(recipient)")
      case .postponed(let recipient, let reason, let seconds):
        postponed += 1
        print("Not yet to \(recipient), again in \(seconds) s: \(reason)")
      case .failed(let recipient, let reason):
        failed += 1
        print("Not to \(recipient): \(reason)")
      }
    }
    if postponed + failed > 0 { throw UnsentMail(postponed: postponed, failed: failed) }
  }
}

/// Mail that was not sent, each named already in a line of its own.
private struct UnsentMail: ExitCoding, CustomStringConvertible {
  let postponed: Int
  let failed: Int

  var description: String {
    let parts = [
      postponed == 0 ? nil : "\(postponed) to be tried again",
      failed == 0 ? nil : "\(failed) refused",
    ]
    return "Not all mail was sent: \(parts.compactMap(\.self).joined(separator: ", "))."
  }

  var exitCode: ExitCode { postponed > 0 ? .temporaryFailure : .unavailable }
}
