import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Desk

/// A server that takes, refuses or puts off mail as a test wants.
private final class FakeServer: MailTransport {
  let taken = Mutex<[String]>([])
  let answer: @Sendable (Int) -> MailError?
  private let count = Mutex(0)

  init(_ answer: @escaping @Sendable (Int) -> MailError? = { _ in nil }) {
    self.answer = answer
  }

  func send(_ message: String, to recipient: String) throws(MailError) {
    let number = count.withLock { count in
      count += 1
      return count
    }
    if let error = answer(number) { throw error }
    taken.withLock { $0.append(recipient) }
  }
}

struct MailTests {
  private let sender = MailAddress("desk@example.org")!

  private func digest(_ store: PaperStore) throws -> Digest {
    let paper = try store.merge(
      PaperEntry(title: "Bounds <b>&", abstract: "An abstract."), from: "a")
    return Digest(
      items: [
        Recommendation(paper: try store.papers([paper.paper])[0], score: 1, reasons: ["new"])
      ], since: "2026-03-01", day: "2026-03-02", desk: "http://desk")
  }

  @Test(
    "Each address gets a digest once a day, however often it is asked for",
    arguments: StoreKind.available)
  func once(_ kind: StoreKind) throws {
    let store = try kind.store()
    let mailer = DigestMailer(store, sender: sender, desk: "http://desk")
    let subscribers = try ["a@x.org", "b@x.org"].map { try store.subscribe(MailAddress($0)!) }
    let digest = try digest(store)
    let server = FakeServer()
    for _ in 0..<3 {
      try mailer.post(digest, to: subscribers)
      try MailDelivery(from: store, by: server).deliver()
    }
    #expect(server.taken.withLock { $0.sorted() } == ["a@x.org", "b@x.org"])
    #expect(try store.outboxCounts() == OutboxCounts(waiting: 0, sent: 2, failed: 0))
  }

  @Test(
    "Put off mail waits longer each time, refused mail is not tried again",
    arguments: StoreKind.available)
  func retries(_ kind: StoreKind) throws {
    let store = try kind.store()
    let mailer = DigestMailer(store, sender: sender, desk: "http://desk")
    try mailer.post(digest(store), to: [store.subscribe(MailAddress("a@x.org")!)])
    var events: [MailDelivery.Event] = []
    let busy = FakeServer { _ in .later(reason: "450 greylisted") }
    try MailDelivery(from: store, by: busy).deliver { events.append($0) }
    #expect(events == [.postponed(recipient: "a@x.org", reason: "450 greylisted", seconds: 60)])
    // It is not due before its time, and then again.
    try MailDelivery(from: store, by: busy).deliver { events.append($0) }
    #expect(events.count == 1)
    let later = try PaperStore(
      store.database, clock: { Date(timeIntervalSince1970: 1_780_000_061) })
    let wall = FakeServer { _ in .refused(reason: "550 no such user") }
    try MailDelivery(from: later, by: wall).deliver { events.append($0) }
    #expect(events.count == 2)
    #expect(try store.outboxCounts() == OutboxCounts(waiting: 0, sent: 0, failed: 1))
    #expect(
      (1...13).map(MailDelivery.pause) == [
        60, 120, 240, 480, 960, 1920, 3840, 7680, 15360, 30720, 43200, 43200, 43200,
      ])
  }

  @Test("Mail that a killed process had taken is sent by the next", arguments: StoreKind.available)
  func killed(_ kind: StoreKind) throws {
    let store = try kind.store()
    let mailer = DigestMailer(store, sender: sender, desk: "http://desk")
    let people = try (0..<5).map { try store.subscribe(MailAddress("p\($0)@x.org")!) }
    try mailer.post(digest(store), to: people)
    _ = try store.takeMail()
    _ = try store.takeMail()
    let other = FakeServer()
    // This process runs, so what it has taken is not taken again.
    try MailDelivery(from: store, by: other).deliver()
    #expect(other.taken.withLock { $0.count } == 3)
    let host = ProcessInfo.processInfo.hostName
    try store.database.run(
      "UPDATE outbox SET error = ? WHERE state = 'taken'",
      [.text("taken by process 2147483647 begun 1 of \(host)")])
    let server = FakeServer()
    try MailDelivery(from: store, by: server).deliver()
    let all = server.taken.withLock { $0 } + other.taken.withLock { $0 }
    #expect(Set(all).count == 5 && all.count == 5)
  }

  @Test(
    "Subscribing needs a yes from the address, and ends with its token",
    arguments: StoreKind.available)
  func subscriptions(_ kind: StoreKind) throws {
    let store = try kind.store()
    let asked = try store.subscribe(MailAddress("a@x.org")!)
    #expect(asked.state == .pending && asked.token.count == 32)
    #expect(try store.confirmedSubscribers().isEmpty)
    #expect(try store.confirm(token: "wrong") == nil)
    #expect(try store.confirm(token: asked.token)?.state == .confirmed)
    #expect(try store.subscribe(MailAddress("a@x.org")!).state == .confirmed)
    #expect(try store.unsubscribe(token: asked.token)?.state == .unsubscribed)
    #expect(try store.confirmedSubscribers().isEmpty)
    #expect(try store.subscribe(MailAddress("a@x.org")!).state == .pending)
  }

  @Test("A message is well-formed whatever its texts hold")
  func message() throws {
    let message = MIMEMessage(
      sender: "desk@example.org", recipient: "a@x.org",
      subject: "Zürich\r\nBcc: evil@x.org " + String(repeating: "é", count: 100),
      plain: "Hello\n.\nünïcode", html: "<p>Hello</p>", identifier: "1.2",
      date: Date(timeIntervalSince1970: 0), unsubscribeAddress: "http://desk/unsubscribe/x"
    ).text
    let lines = message.components(separatedBy: "\r\n")
    #expect(
      lines.allSatisfy { $0.utf8.count <= 78 && !$0.contains("\n") && $0.allSatisfy(\.isASCII) })
    #expect(!lines.contains { $0.hasPrefix("Bcc:") || $0 == "." })
    #expect(lines.contains("Date: Thu, 01 Jan 1970 00:00:00 +0000"))
    #expect(lines.contains("List-Unsubscribe-Post: List-Unsubscribe=One-Click"))
    #expect(message.contains(Data("Hello\n.\nünïcode".utf8).base64EncodedString()))
  }

  @Test("Untrusted titles are text in the digest's HTML")
  func escaping() throws {
    let store = try StoreKind.sqlite.store()
    let html = try digest(store).html(footer: "</p><script>")
    #expect(html.contains("Bounds &lt;b&gt;&amp;") && !html.contains("<script"))
  }

  @Test(
    "Addresses",
    arguments: [
      ("a@x.org", true), ("a.b+c@x-y.org", true), ("a@localhost", true), ("a", false),
      ("a@", false),
      ("a b@x.org", false), ("a@x.org\r\nRCPT TO:<b@x.org>", false), ("<a@x.org>", false),
      ("a@x..", false),
    ])
  func addresses(_ text: String, _ isValid: Bool) {
    #expect((MailAddress(text) != nil) == isValid)
  }

  @Test("A mail server's address is checked, and its password never shown")
  func servers() {
    for address in [
      "smtp://mail.example.org:587", "smtps://u:p%40@mail.example.org", "smtp://127.0.0.1:25",
    ] {
      #expect(throws: Never.self) { try SMTPServer(address: address, sender: sender) }
    }
    let error = #expect(throws: MailError.self) {
      try SMTPServer(address: "http://user:secret@host", sender: sender)
    }
    #expect(error?.description.contains("secret") == false)
  }
}
