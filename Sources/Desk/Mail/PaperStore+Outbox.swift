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
  private let host: String

  static var current: MailTaker {
    MailTaker(process: getpid(), host: ProcessInfo.processInfo.hostName)
  }

  private init(process: Int32, host: String) {
    (self.process, self.host) = (process, host)
  }

  init?(_ text: String) {
    guard let match = text.wholeMatch(of: /taken by process ([0-9]+) of (.*)/),
      let process = Int32(match.output.1)
    else { return nil }
    self.init(process: process, host: String(match.output.2))
  }

  var text: String { "taken by process \(process) of \(host)" }

  /// Whether it is a process of this machine that has ended.
  var isGone: Bool {
    host == ProcessInfo.processInfo.hostName && kill(process, 0) != 0 && errno == ESRCH
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

  /// Takes the next mail that is due, so that no other process sends it.
  ///
  /// A mail that a process took and neither sent nor gave back within ten minutes was lost with it,
  /// and is due again.
  func takeMail() throws -> WaitingMail? {
    try database.transaction {
      try database.run(
        """
        UPDATE outbox SET state = 'taken', attempts = attempts + 1, next_attempt = ?, error = ?
        WHERE id = (SELECT id FROM outbox WHERE state IN ('waiting', 'taken') AND next_attempt <= ?
          ORDER BY next_attempt, id LIMIT 1)
        RETURNING id, recipient, message, attempts
        """, [.integer(now + 600), .text(MailTaker.current.text), .integer(now)])
    }.first.map {
      WaitingMail(
        id: $0[0].integer!, recipient: $0[1].text!, message: $0[2].text!, attempts: $0[3].integer!)
    }
  }

  /// Makes mails due that a process of this machine took which no longer runs.
  func giveBackLostMail() throws {
    for row in try database.run("SELECT id, error FROM outbox WHERE state = 'taken'") {
      guard let taker = row[1].text.flatMap(MailTaker.init), taker.isGone else { continue }
      try database.run(
        "UPDATE outbox SET state = 'waiting', next_attempt = ? WHERE id = ? AND error = ?",
        [.integer(now), row[0], .text(taker.text)])
    }
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
}
