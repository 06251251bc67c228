import Foundation
import Synchronization

@testable import Desk

/// The kinds of store, which pass the same tests.
enum StoreKind: String, CaseIterable, Sendable {
  case sqlite, postgreSQL

  static var available: [StoreKind] {
    PostgreSQLServer.shared == nil ? [.sqlite] : [.sqlite, .postgreSQL]
  }

  /// A new, empty store.
  func store(at seconds: Double = 1_780_000_000) throws -> PaperStore {
    let clock: @Sendable () -> Date = { Date(timeIntervalSince1970: seconds) }
    switch self {
    case .sqlite: return try PaperStore(SQLiteDatabase(path: nil), clock: clock)
    case .postgreSQL:
      let address = try PostgreSQLServer.shared!.newDatabase()
      return try PaperStore(address: address, clock: clock)
    }
  }
}

/// A server of its own for the tests, where PostgreSQL is installed.
final class PostgreSQLServer: Sendable {
  static let shared = PostgreSQLServer()

  private let folder: String
  private let count = Mutex(0)

  private init?() {
    let versions =
      (try? FileManager.default.contentsOfDirectory(atPath: "/usr/lib/postgresql")) ?? []
    guard let version = versions.max() else { return nil }
    folder = "/tmp/assay-postgres-\(getpid())"
    let programs = "/usr/lib/postgresql/\(version)/bin"
    // The server refuses to run as root.
    let command = """
      mkdir -p \(folder) && \
      \(programs)/initdb -D \(folder)/data -A trust -U assay >/dev/null && \
      \(programs)/pg_ctl -D \(folder)/data -w -l \(folder)/log \
      -o "-c listen_addresses='' -c unix_socket_directories=\(folder) -c fsync=off" start >/dev/null
      """
    guard Self.run(command) == 0 else { return nil }
    let stop = "\(programs)/pg_ctl -D \(folder)/data -m immediate stop >/dev/null; rm -rf \(folder)"
    Self.stopCommand.withLock { $0 = stop }
    atexit { PostgreSQLServer.stopCommand.withLock { _ = PostgreSQLServer.run($0) } }
  }

  private static let stopCommand = Mutex("true")

  /// The address of a new, empty database.
  func newDatabase() throws -> String {
    let number = count.withLock { count in
      count += 1
      return count
    }
    let address = "postgres://assay@/postgres?host=\(folder)"
    let server = try PostgreSQLDatabase(address: address)
    try server.run("CREATE DATABASE test\(number)")
    return "postgres://assay@/test\(number)?host=\(folder)"
  }

  /// Runs a command of the shell. (`Process` would wait for the server too, which lives on.)
  private static func run(_ command: String) -> Int32 {
    setenv("ASSAY_TEST_COMMAND", command, 1)
    let shell = "cd /tmp && sh -c \"$ASSAY_TEST_COMMAND\""
    return system(
      getuid() == 0 ? "cd /tmp && runuser -u postgres -- sh -c \"$ASSAY_TEST_COMMAND\"" : shell)
  }
}
