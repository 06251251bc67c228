import CSQLite
import Foundation

/// A store in one file, or in memory for tests.
///
/// It is written ahead (WAL), so that readers and one writer do not wait for each other, and what a
/// transaction wrote survives a power cut.
public final class SQLiteDatabase: Database, @unchecked Sendable {
  private let connection: OpaquePointer
  private let place: String
  // Guards everything below, the connection included.
  private let lock = NSRecursiveLock()
  private var statements: [String: OpaquePointer] = [:]
  private var depth = 0

  public let dialect = SQLDialect.sqlite

  /// Opens the store at `path`, and makes it if it is not there; nil for one in memory.
  ///
  /// - Parameter patience: the seconds to wait for another process that writes.
  /// - Throws: `StoreError.cannotOpen`, `.damaged`, `.busy`.
  public init(path: String?, patience: Double = 10) throws {
    place = path ?? "memory"
    var handle: OpaquePointer?
    let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_FULLMUTEX
    let status = sqlite3_open_v2(path ?? ":memory:", &handle, flags, nil)
    guard status == SQLITE_OK, let handle else {
      let reason = handle.map { String(cString: sqlite3_errmsg($0)) } ?? "there is no memory"
      sqlite3_close_v2(handle)
      throw StoreError.cannotOpen(place: place, reason: reason)
    }
    connection = handle
    sqlite3_busy_timeout(handle, Int32(patience * 1000))
    try run("PRAGMA journal_mode = WAL")
    try run("PRAGMA foreign_keys = ON")
    try run("PRAGMA synchronous = FULL")
    try run("PRAGMA mmap_size = 1073741824")
    try run("PRAGMA cache_size = -65536")
  }

  deinit {
    for statement in statements.values { sqlite3_finalize(statement) }
    sqlite3_close_v2(connection)
  }

  @discardableResult
  public func run(_ statement: String, _ values: [SQLValue]) throws -> [SQLRow] {
    lock.lock()
    defer { lock.unlock() }
    do {
      return try execute(statement, values)
    } catch StoreError.full(let place) where depth == 0 {
      // Once what was written ahead is in its place, its room is used again; so it is still noted
      // that a mail was sent.
      guard (try? execute("PRAGMA wal_checkpoint(RESTART)", []))?.first?.first == 0 else {
        throw StoreError.full(place: place)
      }
      return try execute(statement, values)
    }
  }

  private func execute(_ statement: String, _ values: [SQLValue]) throws -> [SQLRow] {
    let prepared = try prepare(statement)
    defer {
      sqlite3_reset(prepared)
      sqlite3_clear_bindings(prepared)
    }
    for (place, value) in values.enumerated() { bind(value, at: Int32(place + 1), of: prepared) }
    var rows: [SQLRow] = []
    while true {
      switch sqlite3_step(prepared) {
      case SQLITE_ROW:
        rows.append((0..<sqlite3_column_count(prepared)).map { column($0, of: prepared) })
      case SQLITE_DONE: return rows
      case let status: throw failure(status, statement)
      }
    }
  }

  public func transaction<Result>(_ body: () throws -> Result) throws -> Result {
    lock.lock()
    defer { lock.unlock() }
    guard depth == 0 else { return try body() }
    try run("BEGIN IMMEDIATE")
    depth = 1
    defer { depth = 0 }
    do {
      let result = try body()
      try run("COMMIT")
      return result
    } catch {
      // A full disk may have ended the transaction already.
      if sqlite3_get_autocommit(connection) == 0 { _ = try? run("ROLLBACK") }
      throw error
    }
  }

  public func version() throws -> String {
    lock.lock()
    defer { lock.unlock() }
    let others = try run("PRAGMA data_version")[0][0].integer ?? 0
    return "\(others) \(sqlite3_total_changes64(connection))"
  }

  public func checkIntegrity() throws {
    let findings = try run("PRAGMA quick_check").compactMap { $0.first?.text }
    guard findings == ["ok"] else {
      throw StoreError.damaged(place: place, reason: findings.first ?? "it cannot be checked")
    }
    if let row = try run("PRAGMA foreign_key_check").first {
      let table = row.first?.text ?? "a table"
      throw StoreError.damaged(place: place, reason: "\(table) refers to what is not there")
    }
  }

  public func backUp(to path: String) throws {
    let files = [path, place].map { URL(fileURLWithPath: $0).resolvingSymlinksInPath().path }
    guard files[0] != files[1] else {
      throw StoreError.cannotOpen(place: path, reason: "a copy cannot take the store's own place")
    }
    let partial = "\(path).\(getpid()).partial"
    try? FileManager.default.removeItem(atPath: partial)
    defer { try? FileManager.default.removeItem(atPath: partial) }
    try run("VACUUM INTO ?", [.text(partial)])
    guard rename(partial, path) == 0 else {
      throw StoreError.cannotOpen(place: path, reason: String(cString: strerror(errno)))
    }
  }

  private func prepare(_ statement: String) throws -> OpaquePointer {
    if let prepared = statements[statement] { return prepared }
    var prepared: OpaquePointer?
    let status = sqlite3_prepare_v2(connection, statement, -1, &prepared, nil)
    guard status == SQLITE_OK, let prepared else { throw failure(status, statement) }
    // Statements are of the code, not of the user, so there are few; lists of values vary in length.
    if statements.count >= 256 {
      for statement in statements.values { sqlite3_finalize(statement) }
      statements = [:]
    }
    statements[statement] = prepared
    return prepared
  }

  private func bind(_ value: SQLValue, at place: Int32, of statement: OpaquePointer) {
    switch value {
    case .null: sqlite3_bind_null(statement, place)
    case .integer(let integer): sqlite3_bind_int64(statement, place, Int64(integer))
    case .real(let real): sqlite3_bind_double(statement, place, real)
    case .text(let text):
      let bytes = Array(text.utf8)
      bytes.withUnsafeBytes { buffer in
        _ = sqlite3_bind_text64(
          statement, place,
          buffer.baseAddress?.assumingMemoryBound(to: CChar.self) ?? UnsafePointer(bitPattern: 1),
          UInt64(bytes.count), assay_sqlite_transient(), UInt8(SQLITE_UTF8))
      }
    case .bytes(let bytes):
      bytes.withUnsafeBytes { buffer in
        _ = sqlite3_bind_blob64(
          statement, place, buffer.baseAddress ?? UnsafeRawPointer(bitPattern: 1),
          UInt64(bytes.count), assay_sqlite_transient())
      }
    }
  }

  private func column(_ place: Int32, of statement: OpaquePointer) -> SQLValue {
    switch sqlite3_column_type(statement, place) {
    case SQLITE_INTEGER: return .integer(Int(sqlite3_column_int64(statement, place)))
    case SQLITE_FLOAT: return .real(sqlite3_column_double(statement, place))
    case SQLITE_TEXT:
      let start = sqlite3_column_text(statement, place)
      let count = Int(sqlite3_column_bytes(statement, place))
      return .text(String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self))
    case SQLITE_BLOB:
      let start = sqlite3_column_blob(statement, place)
      let count = Int(sqlite3_column_bytes(statement, place))
      return .bytes(Array(UnsafeRawBufferPointer(start: start, count: count)))
    default: return .null
    }
  }

  private func failure(_ status: Int32, _ statement: String) -> StoreError {
    let reason = String(cString: sqlite3_errmsg(connection))
    return switch status & 0xFF {
    case SQLITE_BUSY, SQLITE_LOCKED: .busy(place: place)
    case SQLITE_FULL: .full(place: place)
    case SQLITE_IOERR where isFull: .full(place: place)
    case SQLITE_CORRUPT, SQLITE_NOTADB: .damaged(place: place, reason: reason)
    case SQLITE_CANTOPEN, SQLITE_READONLY, SQLITE_PERM, SQLITE_IOERR:
      .cannotOpen(place: place, reason: reason)
    default: .failed(statement: statement, reason: reason)
    }
  }

  /// Whether no block is left where the store lies: SQLite does not always say so.
  private var isFull: Bool {
    var status = statvfs()
    return statvfs(place, &status) == 0 && status.f_bavail == 0
  }
}
