import Foundation

/// A mail that waits to be sent.
struct WaitingMail: Sendable, Hashable {
  let id: Int
  let recipient: String
  let message: String
  let attempts: Int
}

/// The process that has taken a mail out of the outbox.
struct MailTaker: Hashable {
  private let process: Int32
  /// When the process began, in ticks of the machine since it was started, which no clock changes: a
  /// later process may get the same number.
  private let start: String
  private let host: String

  static var current: MailTaker {
    MailTaker(process: getpid(), start: start(of: getpid()) ?? "", host: Self.thisHost)
  }

  private init(process: Int32, start: String, host: String) {
    (self.process, self.start, self.host) = (process, start, host)
  }

  init?(_ text: String) {
    guard let match = text.wholeMatch(of: /taken by process ([0-9]+) begun ([0-9]*) of (.*)/),
      let process = Int32(match.output.1)
    else { return nil }
    self.init(process: process, start: String(match.output.2), host: String(match.output.3))
  }

  var text: String { "taken by process \(process) begun \(start) of \(host)" }

  /// Whether it is a process of this machine.
  var isHere: Bool { host == Self.thisHost }

  /// Whether it is a process of this machine that has ended.
  var isGone: Bool { isHere && Self.start(of: process) != start }

  private static var thisHost: String { ProcessInfo.processInfo.hostName }

  private static func start(of process: Int32) -> String? {
    // The name of the program, in brackets, may hold anything.
    (try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8))?
      .split(separator: ")").last?.split(separator: " ").dropFirst(19).first.map(String.init)
  }
}

/// How many mails there are of each kind.
public struct OutboxCounts: Sendable, Hashable {
  public let waiting: Int
  public let sent: Int
  /// Those that no server will take, or that were tried for too long.
  public let failed: Int
}

extension PaperStore {
  /// Puts a mail into the outbox, unless one with the same key is or was there.
  ///
  /// - Returns: whether it is new.
  func post(_ message: String, to recipient: String, key: String) throws -> Bool {
    let rows = try database.run(
      """
      INSERT INTO outbox (key, recipient, message, state, attempts, next_attempt, written)
      VALUES (?, ?, ?, 'waiting', 0, ?, ?) ON CONFLICT (key) DO NOTHING RETURNING id
      """, [.text(key), .text(recipient), .text(message), .integer(now), .integer(now)])
    return !rows.isEmpty
  }

  /// Whether a mail with a key is or was in the outbox.
  func hasPosted(_ key: String) throws -> Bool {
    try !database.run("SELECT id FROM outbox WHERE key = ?", [.text(key)]).isEmpty
  }

  /// Takes the next mail that is due, so that no other process sends it.
  ///
  /// A mail that is to wait for longer than any mail has to was put off by a clock that was wrong.
  func takeMail() throws -> WaitingMail? {
    try database.transaction {
      try database.run(
        """
        UPDATE outbox SET state = 'taken', attempts = attempts + 1, next_attempt = ?, error = ?
        WHERE id = (SELECT id FROM outbox
          WHERE state = 'waiting' AND (next_attempt <= ? OR next_attempt > ?)
          ORDER BY next_attempt, id LIMIT 1)
        RETURNING id, recipient, message, attempts
        """,
        [
          .integer(now + 600), .text(MailTaker.current.text), .integer(now),
          .integer(now + MailDelivery.longestPause),
        ])
    }.first.map {
      WaitingMail(
        id: $0[0].integer!, recipient: $0[1].text!, message: $0[2].text!, attempts: $0[3].integer!)
    }
  }

  /// Makes mails due that were lost with the process that took them: one of this machine that no
  /// longer runs, or one of another machine that has neither sent them nor given them back within ten
  /// minutes.
  func giveBackLostMail() throws {
    let taken = try database.run("SELECT id, error, next_attempt FROM outbox WHERE state = 'taken'")
    for row in taken {
      let taker = row[1].text.flatMap(MailTaker.init)
      let isLate = row[2].integer! <= now
      guard taker?.isGone == true || isLate && taker?.isHere != true else { continue }
      try database.run(
        """
        UPDATE outbox SET state = 'waiting', next_attempt = ?
        WHERE id = ? AND state = 'taken' AND error = ?
        """, [.integer(now), row[0], row[1]])
    }
  }

  /// Puts a mail back as if it had not been taken.
  func giveBack(_ mail: WaitingMail) throws {
    try database.run(
      """
      UPDATE outbox SET state = 'waiting', next_attempt = ?, attempts = attempts - 1, error = NULL
      WHERE id = ? AND state = 'taken' AND attempts = ?
      """, [.integer(now), .integer(mail.id), .integer(mail.attempts)])
  }

  func settle(_ mail: WaitingMail, as state: String, next: Int, error: String?) throws {
    try database.run(
      """
      UPDATE outbox SET state = ?, next_attempt = ?, error = ?
      WHERE id = ? AND state = 'taken' AND attempts = ?
      """,
      [.text(state), .integer(next), .init(error), .integer(mail.id), .integer(mail.attempts)])
  }

  public func outboxCounts() throws -> OutboxCounts {
    let rows = try database.run("SELECT state, count(*) FROM outbox GROUP BY state")
    let counts = Dictionary(uniqueKeysWithValues: rows.map { ($0[0].text!, $0[1].integer!) })
    return OutboxCounts(
      waiting: (counts["waiting"] ?? 0) + (counts["taken"] ?? 0), sent: counts["sent"] ?? 0,
      failed: counts["failed"] ?? 0)
  }

  /// The papers that an address has been told of.
  func mailedPapers(to address: String) throws -> Set<Int> {
    Set(
      try database.run("SELECT paper FROM mailed_papers WHERE address = ?", [.text(address)])
        .compactMap { $0[0].integer })
  }

  func keepMailed(_ papers: [Int], to address: String) throws {
    for paper in papers {
      try database.run(
        "INSERT INTO mailed_papers (address, paper) VALUES (?, ?) ON CONFLICT DO NOTHING",
        [.text(address), .integer(paper)])
    }
  }
}
