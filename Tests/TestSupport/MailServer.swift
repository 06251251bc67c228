import Foundation

/// A real mail server on this machine, `Mail/server.py`, which says how it is told to misbehave.
public final class MailServer: Sendable {
  /// Where it is, such as `127.0.0.1:40001`.
  public let place: String
  private let log: String
  private let process: SendableProcess

  /// Whether what it is made of is installed.
  public static var isAvailable: Bool {
    FileManager.default.fileExists(atPath: "/usr/lib/python3/dist-packages/aiosmtpd")
  }

  /// Starts a server, which ends with this object.
  ///
  /// - Parameter folder: where it keeps what it took.
  public init(in folder: String, _ options: [String] = []) throws {
    log = "\(folder)/mails"
    _ = FileManager.default.createFile(atPath: log, contents: nil)
    let process = Process()
    let (input, output) = (Pipe(), Pipe())
    process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
    process.arguments =
      [TestFiles.package.path + "/Tests/TestSupport/Mail/server.py", log] + options
    (process.standardInput, process.standardOutput) = (input, output)
    process.standardError = FileHandle.nullDevice
    try process.run()
    self.process = SendableProcess(process: process, input: input)
    let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
    guard let port = Int(line.split(separator: "\n").first ?? "") else {
      throw CocoaError(.executableLoad)
    }
    place = "127.0.0.1:\(port)"
  }

  deinit {
    try? process.input.fileHandleForWriting.close()
    process.process.waitUntilExit()
  }

  /// The mails that it took: recipient and Message-ID.
  public var taken: [(recipient: String, identifier: String)] {
    let text = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
    return text.split(separator: "\n").map { line in
      let parts = line.split(separator: " ")
      return (String(parts[0]), String(parts[1]))
    }
  }

  /// Makes a certificate that nobody has signed but its owner, for this machine.
  ///
  /// - Returns: the paths of the certificate and its key.
  public static func certificate(in folder: String) throws -> [String] {
    let paths = ["\(folder)/certificate.pem", "\(folder)/key.pem"]
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
    process.arguments = [
      "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
      "-addext", "subjectAltName=IP:127.0.0.1", "-out", paths[0], "-keyout", paths[1],
    ]
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    return paths
  }

  /// `@unchecked`, as it is only started by one thread and ended by another.
  private struct SendableProcess: @unchecked Sendable {
    let process: Process
    let input: Pipe
  }
}
