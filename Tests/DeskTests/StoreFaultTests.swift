import Foundation
import TestSupport
import Testing

@testable import Desk

/// Stores whose server, disk or clock fails.
struct StoreFaultTests {
  private static let start = 1_780_000_000.0

  /// The same store at another time.
  private func at(_ seconds: Double, _ store: PaperStore) throws -> PaperStore {
    try PaperStore(store.database, clock: { Date(timeIntervalSince1970: seconds) })
  }

  @Test(
    "A lost connection is made again, but not inside of a transaction",
    .enabled("PostgreSQL is absent") { PostgreSQLServer.shared != nil })
  func lostConnection() throws {
    let server = try #require(PostgreSQLServer.shared)
    let address = try server.newDatabase()
    let (store, other) = try (PaperStore(address: address), PostgreSQLDatabase(address: address))
    func end() throws {
      try other.run(
        """
        SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid()
        """)
    }
    try end()
    try store.follow("bounds")
    let error = #expect(throws: StoreError.self) {
      try store.database.transaction {
        try store.follow("minima")
        try end()
        try store.follow("losses")
      }
    }
    guard case .disconnected = error else {
      return #expect(Bool(false), "\(String(describing: error))")
    }
    #expect(error?.description.contains("\n") == false)
    // What was under way is undone, and the store goes on.
    #expect(try store.topics().map(\.name) == ["bounds"])
    #expect(try store.database.run("SHOW lock_timeout") == [["10s"]])
  }

  @Test(
    "A store of the first version is brought up to date with what it holds",
    arguments: StoreKind.available)
  func migration(_ kind: StoreKind) throws {
    let store = try kind.store()
    _ = try store.merge(
      PaperEntry(title: "Müller on CIFAR-10", abstract: "It is robust."), from: "a")
    try store.database.run("ALTER TABLE papers DROP COLUMN claim")
    try store.database.run("DROP TABLE mailed_papers")
    for index in ["sightings_latest", "papers_latest"] {
      try store.database.run("DROP INDEX \(index)")
    }
    try store.database.run("CREATE INDEX sightings_last ON sightings (last_seen)")
    if kind == .postgreSQL {
      try store.database.run("ALTER TABLE papers DROP COLUMN document")
      try store.database.run("ALTER TABLE papers ADD COLUMN document tsvector")
    }
    try store.set("version", to: "1")
    let newer = try PaperStore(store.database)
    let search = PaperSearch(newer, encoder: nil)
    #expect(try search.results(for: "muller cifar-10").items.count == 1)
    #expect(try newer.mailedPapers(to: "a@x.org").isEmpty)
  }

  @Test("A store that is being written to is still read")
  func lockedStore() throws {
    try TestFiles.withTemporaryFolder { folder in
      let path = folder + "/papers.sqlite"
      let writer = try PaperStore(address: path)
      let reader = try PaperStore(SQLiteDatabase(path: path, patience: 0.05), place: path)
      try writer.database.transaction {
        try writer.follow("bounds")
        #expect(try reader.topics().isEmpty)
        #expect(throws: StoreError.busy(place: path)) { try reader.follow("minima") }
        // Opening a store that is up to date writes nothing.
        let third = try PaperStore(SQLiteDatabase(path: path, patience: 0.05), place: path)
        #expect(try third.counts().papers == 0)
      }
      try reader.follow("minima")
      #expect(try reader.topics().map(\.name) == ["bounds", "minima"])
    }
  }

  @Test(
    "A clock that is set back loses no paper and tells none twice", arguments: StoreKind.available)
  func clockSetBack(_ kind: StoreKind) throws {
    let store = try kind.store(at: Self.start)
    func arrive(_ title: String, _ store: PaperStore) throws -> Int {
      try store.merge(PaperEntry(title: title, abstract: "It bounds."), from: "a").paper
    }
    func tell(_ store: PaperStore, on day: String, since: Double) throws -> [String] {
      let items = try Recommender(store, search: PaperSearch(store, encoder: nil))
        .recommendations(since: Int(since))
      let digest = Digest(items: items, since: day, day: day, desk: "http://desk")
      let reader = try store.subscribe(MailAddress("a@x.org")!)
      let mailer = DigestMailer(store, sender: MailAddress("d@x.org")!, desk: "http://desk")
      let before = try store.mailedPapers(to: "a@x.org")
      try mailer.post(digest, to: [reader])
      let told = try store.mailedPapers(to: "a@x.org").subtracting(before)
      return try store.papers(told.sorted()).map(\.title)
    }
    let day = 86_400.0
    _ = try arrive("First on Bounds", store)
    #expect(try tell(store, on: "2026-05-28", since: Self.start - day) == ["First on Bounds"])
    // A year back, for one import and one digest.
    let past = try at(Self.start - 365 * day, store)
    let second = try arrive("Second on Minima", past)
    _ = try arrive("First on Bounds", past)
    let seen = try store.database.run("SELECT first_seen, last_seen FROM sightings ORDER BY paper")
    #expect(seen.allSatisfy { $0[0].integer == Int(Self.start) && $0[1] == $0[0] })
    #expect(try past.trending().map(\.id).contains(second))
    #expect(
      try tell(past, on: "2025-05-28", since: Self.start - 366 * day) == ["Second on Minima"])
    // Right again, and the day after.
    #expect(try tell(store, on: "2026-05-28", since: Self.start - day).isEmpty)
    let tomorrow = try at(Self.start + day, store)
    _ = try arrive("Third on Losses", tomorrow)
    #expect(try tell(tomorrow, on: "2026-05-29", since: Self.start) == ["Third on Losses"])
    #expect(try tell(tomorrow, on: "2026-05-30", since: 0).isEmpty)
    #expect(try store.outboxCounts().waiting == 3)
  }

  @Test("Mail that a wrong clock put off for years is sent when the clock is right")
  func mailOfTheFuture() throws {
    let store = try StoreKind.sqlite.store(at: Self.start)
    let future = try at(Self.start + 1e8, store)
    _ = try future.post("m", to: "a@x.org", key: "k")
    let mail = try #require(try store.takeMail())
    try future.settle(mail, as: "waiting", next: future.now + 60, error: "451")
    #expect(try store.takeMail()?.attempts == 2)
    // This process has it now, which no clock changes.
    try at(Self.start + 1e8, store).giveBackLostMail()
    #expect(try at(Self.start + 1e8, store).takeMail() == nil)
  }
}
