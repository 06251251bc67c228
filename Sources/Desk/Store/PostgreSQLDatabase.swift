import CPostgreSQL
import Foundation

/// A store on a PostgreSQL server, which several machines share.
///
/// A connection that was lost is made again for the next statement, but not inside of a transaction:
/// that one has ended with it.
public final class PostgreSQLDatabase: Database, @unchecked Sendable {
  private let connection: OpaquePointer
  private let place: String
  // Guards the connection and the depth.
  private let lock = NSRecursiveLock()
  private var depth = 0

  public let dialect = SQLDialect.postgreSQL

  /// Connects to the server.
  ///
  /// - Parameter address: `postgres://user@host:port/database`, or what else libpq takes.
  /// - Throws: `StoreError.cannotOpen`.
  public init(address: String) throws {
    // What the address says goes before what is said here.
    let options = [("connect_timeout", "10"), ("tcp_user_timeout", "30000"), ("dbname", address)]
    let names = options.map { strdup($0.0) } + [nil]
    let values = options.map { strdup($0.1) } + [nil]
    defer { for text in names + values { free(text) } }
    let pointers = { (texts: [UnsafeMutablePointer<CChar>?]) in texts.map { UnsafePointer($0) } }
    guard let handle = PQconnectdbParams(pointers(names), pointers(values), 1) else {
      throw StoreError.cannotOpen(place: "PostgreSQL", reason: "there is no memory")
    }
    connection = handle
    // The address may hold a password; messages name the host and database alone.
    let parts = [PQhost(handle), PQdb(handle)].map { $0.map { String(cString: $0) } ?? "" }
    place = "PostgreSQL at \(parts.joined(separator: "/"))"
    guard PQstatus(handle) == CONNECTION_OK else {
      throw StoreError.cannotOpen(place: place, reason: Self.message(of: handle))
    }
    PQsetNoticeProcessor(handle, { _, _ in }, nil)
    try prepareSession()
  }

  private func prepareSession() throws {
    for setting in ["lock_timeout = '10s'", "bytea_output = 'hex'", "client_encoding = 'UTF8'"] {
      try execute("SET \(setting)", [])
    }
  }

  /// Makes the connection again if it was lost since the last statement.
  private func reconnect() throws {
    // What a server says as it ends a connection is read first, then the end.
    for _ in 0..<2 { _ = PQconsumeInput(connection) }
    guard PQstatus(connection) != CONNECTION_OK else { return }
    PQreset(connection)
    guard PQstatus(connection) == CONNECTION_OK else {
      throw StoreError.disconnected(place: place, reason: Self.message(of: connection))
    }
    try prepareSession()
  }

  deinit { PQfinish(connection) }

  @discardableResult
  public func run(_ statement: String, _ values: [SQLValue]) throws -> [SQLRow] {
    lock.lock()
    defer { lock.unlock() }
    if depth == 0 { try reconnect() }
    return try execute(statement, values)
  }

  @discardableResult
  private func execute(_ statement: String, _ values: [SQLValue]) throws -> [SQLRow] {
    let texts = values.map(Self.parameter)
    let pointers = texts.map { text in text.map { strdup($0) } ?? nil }
    defer { for pointer in pointers { free(pointer) } }
    let result = PQexecParams(
      connection, Self.numbered(statement), Int32(values.count), nil,
      pointers.map { UnsafePointer($0) }, nil, nil, 0)
    defer { PQclear(result) }
    let status = PQresultStatus(result)
    guard status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK else {
      throw failure(result, statement)
    }
    return (0..<PQntuples(result)).map { row in
      (0..<PQnfields(result)).map { Self.column($0, row, of: result) }
    }
  }

  public func transaction<Result>(_ body: () throws -> Result) throws -> Result {
    lock.lock()
    defer { lock.unlock() }
    guard depth == 0 else { return try body() }
    try run("BEGIN")
    depth = 1
    defer { depth = 0 }
    do {
      // As with SQLite, one transaction that may write runs at a time.
      try run("SELECT pg_advisory_xact_lock(4711)")
      let result = try body()
      try run("COMMIT")
      return result
    } catch {
      _ = try? run("ROLLBACK")
      throw error
    }
  }

  public func version() throws -> String {
    // The newest transaction that any session has begun or ended.
    try run("SELECT pg_snapshot_xmax(pg_current_snapshot())::text")[0][0].text ?? ""
  }

  public func checkIntegrity() throws {
    try run("SELECT count(*) FROM papers")
  }

  public func backUp(to path: String) throws {
    throw StoreError.cannotOpen(
      place: place, reason: "a server's store is copied by its own tool, pg_dump")
  }

  /// The statement with `$1`, `$2`, … for its question marks; none stands in a quoted text.
  static func numbered(_ statement: String) -> String {
    var count = 0
    return statement.reduce(into: "") { text, character in
      if character == "?" {
        count += 1
        text += "$\(count)"
      } else {
        text.append(character)
      }
    }
  }

  private static func parameter(_ value: SQLValue) -> String? {
    switch value {
    case .null: nil
    case .integer(let integer): "\(integer)"
    case .real(let real): "\(real)"
    // The server takes no zero character in a text.
    case .text(let text): text.replacing("\u{0}", with: "")
    case .bytes(let bytes):
      "\\x"
        + bytes.map { byte in
          let digits = String(byte, radix: 16)
          return byte < 16 ? "0" + digits : digits
        }.joined()
    }
  }

  private static func column(_ column: Int32, _ row: Int32, of result: OpaquePointer?) -> SQLValue {
    guard PQgetisnull(result, row, column) == 0 else { return .null }
    let text = String(cString: PQgetvalue(result, row, column))
    switch PQftype(result, column) {
    case 20, 21, 23: return .integer(Int(text) ?? 0)  // int8, int2, int4
    case 16: return .integer(text == "t" ? 1 : 0)  // bool
    case 700, 701, 1700: return .real(Double(text) ?? .nan)  // float4, float8, numeric
    case 17: return .bytes(bytes(ofHexadecimal: text.utf8.dropFirst(2)))  // bytea
    default: return .text(text)
    }
  }

  private static func bytes(ofHexadecimal digits: Substring.UTF8View) -> [UInt8] {
    func value(_ digit: UInt8) -> UInt8 { digit < 58 ? digit - 48 : digit - 87 }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(digits.count / 2)
    var high: UInt8?
    for digit in digits {
      if let first = high {
        bytes.append(first << 4 | value(digit))
        high = nil
      } else {
        high = value(digit)
      }
    }
    return bytes
  }

  private static func message(of connection: OpaquePointer) -> String {
    let lines = String(cString: PQerrorMessage(connection)).split(separator: "\n")
    return lines.first.map(String.init) ?? "no reason is given"
  }

  private func failure(_ result: OpaquePointer?, _ statement: String) -> StoreError {
    let state = PQresultErrorField(result, Int32(UInt8(ascii: "C"))).map { String(cString: $0) }
    return switch state {
    case "55P03", "40P01", "40001": .busy(place: place)
    case "53100": .full(place: place)
    case nil, "08006", "08003", "57P01", "57P02", "57P03":
      .disconnected(place: place, reason: Self.message(of: connection))
    default: .failed(statement: statement, reason: Self.message(of: connection))
    }
  }
}
