import Foundation

/// Papers, what readers think of them, what is followed, and the mail about them.
public struct PaperStore: Sendable {
  public let database: any Database
  /// Where the store lies, for messages.
  public let place: String
  /// The time, which tests set.
  let clock: @Sendable () -> Date

  /// Opens a store, and makes it if it is not there.
  ///
  /// - Parameter address: the path of a file, or `postgres://…`.
  /// - Throws: `StoreError`.
  public init(
    address: String, clock: @escaping @Sendable () -> Date = { Date() }
  ) throws {
    if address.hasPrefix("postgres://") || address.hasPrefix("postgresql://") {
      try self.init(PostgreSQLDatabase(address: address), place: "PostgreSQL", clock: clock)
    } else {
      try self.init(SQLiteDatabase(path: address), place: address, clock: clock)
    }
  }

  /// Makes the tables in `database`, if they are not there.
  public init(
    _ database: any Database, place: String = "memory",
    clock: @escaping @Sendable () -> Date = { Date() }
  ) throws {
    (self.database, self.place, self.clock) = (database, place, clock)
    try Schema.prepare(database, place: place)
  }

  /// Now, in seconds since 1970.
  var now: Int { Int(clock().timeIntervalSince1970) }

  /// The time so many days ago, in seconds since 1970.
  public func daysAgo(_ days: Int) -> Int { now - days * 86_400 }

  /// What was kept under `name` by `set`.
  func setting(_ name: String) throws -> String? {
    try database.run("SELECT value FROM settings WHERE name = ?", [.text(name)]).first?.first?.text
  }

  func set(_ name: String, to value: String) throws {
    try database.run(
      """
      INSERT INTO settings (name, value) VALUES (?, ?)
      ON CONFLICT (name) DO UPDATE SET value = excluded.value
      """, [.text(name), .text(value)])
  }
}
