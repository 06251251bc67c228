import Foundation
import TestSupport
import Testing

@testable import Desk

/// Mail over real connections to a server that does as it is told.
@Suite(.enabled("python3-aiosmtpd is absent") { MailServer.isAvailable })
struct MailServerTests {
  private let sender = MailAddress("desk@example.org")!
  private static let start = 1_780_000_000.0

  /// A store whose outbox holds a mail to each of the names, all due.
  private func store(_ names: [String]) throws -> PaperStore {
    let store = try StoreKind.sqlite.store(at: Self.start)
    for name in names {
      let message = MIMEMessage(
        sender: sender.description, recipient: "\(name)@x.org", subject: "s", plain: "Hello",
        html: "<p>Hello</p>", identifier: name, date: store.clock(), unsubscribeAddress: nil)
      _ = try store.post(message.text, to: "\(name)@x.org", key: name)
    }
    return store
  }

  private func names(_ server: MailServer) -> [String] {
    server.taken.map { String($0.recipient.prefix { $0 != "@" }) }
  }

  /// Delivers what is due some seconds after the start; returns what was reported.
  private func deliver(
    _ store: PaperStore, _ server: SMTPServer, after seconds: Double = 0
  ) throws -> [MailDelivery.Event] {
    let now = Date(timeIntervalSince1970: Self.start + seconds)
    var events: [MailDelivery.Event] = []
    try MailDelivery(from: PaperStore(store.database, clock: { now }), by: server).deliver {
      events.append($0)
    }
    return events
  }

  @Test("Refused mail fails, put off mail comes again after its time, and the others are sent")
  func answers() throws {
    try TestFiles.withTemporaryFolder { folder in
      let server = try MailServer(in: folder)
      let transport = try SMTPServer(address: "smtp://\(server.place)", sender: sender)
      let store = try store(["a", "reject", "grey", "spam", "b"])
      #expect(
        try deliver(store, transport) == [
          .sent(recipient: "a@x.org"),
          .failed(
            recipient: "reject@x.org",
            reason: "The mail was refused: 550 5.1.1 There is no such person"),
          .postponed(
            recipient: "grey@x.org", reason: "451 4.7.1 Greylisted, come again", seconds: 60),
          .failed(
            recipient: "spam@x.org",
            reason: "The mail was refused: 554 5.6.0 We do not like what it says"),
          .sent(recipient: "b@x.org"),
        ])
      #expect(try deliver(store, transport, after: 59).isEmpty)
      // Greylisting ends, which is another name here.
      try store.database.run("UPDATE outbox SET recipient = 'c@x.org' WHERE key = 'grey'")
      #expect(try deliver(store, transport, after: 60) == [.sent(recipient: "c@x.org")])
      #expect(try deliver(store, transport, after: 1e6).isEmpty)
      #expect(names(server) == ["a", "b", "c"])
      #expect(try store.outboxCounts() == OutboxCounts(waiting: 0, sent: 3, failed: 2))
    }
  }

  @Test("A connection that ends inside of a mail loses neither it nor the others")
  func lostConnections() throws {
    try TestFiles.withTemporaryFolder { folder in
      let server = try MailServer(in: folder)
      let transport = try SMTPServer(address: "smtp://\(server.place)", sender: sender)
      let store = try store(["cut", "a", "late", "b"])
      let events = try deliver(store, transport)
      #expect(
        events.map { event in if case .postponed(_, _, 60) = event { true } else { false } }
          == [true, false, true, false])
      #expect(names(server) == ["a", "late", "b"])
      // What the server took before the connection ended comes again under the same name.
      _ = try deliver(store, transport, after: 60)
      #expect(
        Set(server.taken.filter { $0.recipient == "late@x.org" }.map(\.identifier)).count == 1)
      #expect(names(server) == ["a", "late", "b", "late"])
      #expect(try store.outboxCounts() == OutboxCounts(waiting: 2, sent: 2, failed: 0))
    }
  }

  @Test("Three lost connections in a row end the sending, and the rest stays as it was")
  func manyLostConnections() throws {
    try TestFiles.withTemporaryFolder { folder in
      let server = try MailServer(in: folder)
      let transport = try SMTPServer(address: "smtp://\(server.place)", sender: sender)
      let store = try store(["cut1", "cut2", "cut3", "a"])
      #expect(throws: MailError.self) { try deliver(store, transport) }
      #expect(server.taken.isEmpty)
      #expect(try deliver(store, transport) == [.sent(recipient: "a@x.org")])
    }
  }

  @Test("A server that says nothing, or is not there, counts as no attempt")
  func silence() throws {
    try TestFiles.withTemporaryFolder { folder in
      let silent = try MailServer(in: folder, ["--silent"])
      let store = try store(["a", "b"])
      for place in [silent.place, "127.0.0.1:1"] {
        var transport = try SMTPServer(address: "smtp://\(place)", sender: sender)
        transport.seconds = 1
        let error = #expect(throws: MailError.self) { try deliver(store, transport) }
        guard case .unusable = error else {
          return #expect(Bool(false), "\(String(describing: error))")
        }
      }
      #expect(
        try store.database.run("SELECT state, attempts, next_attempt FROM outbox")
          == Array(repeating: ["waiting", 0, .integer(Int(Self.start))], count: 2))
      let server = try MailServer(in: folder)
      _ = try deliver(store, SMTPServer(address: "smtp://\(server.place)", sender: sender))
      #expect(names(server) == ["a", "b"])
    }
  }

  @Test("STARTTLS: a certificate that nobody vouches for is refused, unless it is named")
  func certificates() throws {
    try TestFiles.withTemporaryFolder { folder in
      let certificate = try MailServer.certificate(in: folder)
      let server = try MailServer(in: folder, ["--certificate"] + certificate)
      let store = try store(["a"])
      let address = "smtp://\(server.place)"
      #expect(throws: MailError.self) {
        try deliver(store, SMTPServer(address: address, sender: sender))
      }
      #expect(throws: MailError.self) {
        try deliver(
          store, SMTPServer(address: address, sender: sender, authority: folder + "/missing"))
      }
      // A server without encryption is not sent to where a certificate is expected.
      try TestFiles.withTemporaryFolder { other in
        let plain = try MailServer(in: other)
        _ = #expect(throws: MailError.self) {
          try deliver(
            store,
            SMTPServer(
              address: "smtp://\(plain.place)", sender: sender, authority: certificate[0]))
        }
        #expect(plain.taken.isEmpty)
      }
      #expect(server.taken.isEmpty)
      _ = try deliver(
        store, SMTPServer(address: address, sender: sender, authority: certificate[0]))
      #expect(names(server) == ["a"])
    }
  }

  @Test("Signing in, and a wrong password: no mail is lost by it", arguments: ["LOGIN", "PLAIN"])
  func passwords(_ mechanism: String) throws {
    try TestFiles.withTemporaryFolder { folder in
      let certificate = try MailServer.certificate(in: folder)
      let server = try MailServer(
        in: folder,
        ["--user", "me", "p@ss word", "--only", mechanism, "--certificate"] + certificate)
      let store = try store(["a", "b"])
      func transport(_ password: String) throws -> SMTPServer {
        try SMTPServer(
          address: "smtp://me:\(password)@\(server.place)", sender: sender,
          authority: certificate[0])
      }
      let error = #expect(throws: MailError.self) {
        try deliver(store, transport("wr0ng"))
      }
      #expect(error?.description.contains("535") == true)
      #expect(error?.description.contains("wr0ng") == false)
      #expect(try store.outboxCounts() == OutboxCounts(waiting: 2, sent: 0, failed: 0))
      _ = try deliver(store, transport("p%40ss%20word"))
      #expect(names(server) == ["a", "b"])
    }
  }

  @Test("A sender that the server does not know costs no recipient a mail")
  func senders() throws {
    try TestFiles.withTemporaryFolder { folder in
      let server = try MailServer(in: folder)
      let store = try store(["a"])
      let address = "smtp://\(server.place)"
      let nobody = MailAddress("nobody@example.org")!
      #expect(
        throws: MailError.unusable(reason: "\(address): 553 5.7.1 You may not send as this")
      ) {
        try deliver(store, SMTPServer(address: address, sender: nobody))
      }
      _ = try deliver(store, SMTPServer(address: address, sender: sender))
      #expect(names(server) == ["a"])
    }
  }
}
