import Foundation
import TestSupport

/// One run of the built `assay`.
struct AssayProcess {
  let exitCode: Int32
  let output: String
  let errors: String
  let seconds: Double
  /// The most memory that the process held, in bytes.
  let peakMemory: Int

  /// The line that says what went wrong, if that is all that standard error holds.
  var onlyError: String? {
    let lines = errors.split(separator: "\n")
    return lines.count == 1 && lines[0].hasPrefix("Error: ") ? String(lines[0]) : nil
  }

  /// The executable beside the tests.
  static let executable: String = {
    let tests = CommandLine.arguments[0]
    let folders = [
      URL(fileURLWithPath: tests), Bundle.main.bundleURL, Bundle(for: Anchor.self).bundleURL,
    ]
    let places = folders.flatMap { [$0, $0.deletingLastPathComponent()] }
      .map { $0.appendingPathComponent("assay").path }
    return places.first { FileManager.default.isExecutableFile(atPath: $0) } ?? "assay is not built"
  }()

  private final class Anchor {}

  /// Runs `assay` with these words and waits for it.
  ///
  /// - Parameters:
  ///   - shell: a shell command that ends in `"$@"`, which is the run; for limits.
  ///   - interruptAfter: what has to stand on standard error before an interrupt is sent.
  static func run(
    _ words: [String], in folder: String, shell: String = "exec \"$@\"",
    interruptAfter text: String? = nil
  ) throws -> AssayProcess {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", shell, "sh", executable] + words
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    var environment = ProcessInfo.processInfo.environment
    environment["ASSAY_ROOT"] = TestFiles.package.path
    environment["ASSAY_HOME"] = folder + "/home"
    environment["OMP_NUM_THREADS"] = "1"
    process.environment = environment
    let files = ["out", "err"].map { "\(folder)/std\($0)-\(UUID().uuidString)" }
    for file in files { _ = FileManager.default.createFile(atPath: file, contents: nil) }
    defer { for file in files { try? FileManager.default.removeItem(atPath: file) } }
    process.standardOutput = FileHandle(forWritingAtPath: files[0])
    process.standardError = FileHandle(forWritingAtPath: files[1])
    let start = ContinuousClock.now
    try process.run()
    var peak = 0
    var isInterrupted = false
    while process.isRunning {
      peak = max(peak, residentPeak(of: process.processIdentifier))
      if let text, !isInterrupted, Self.text(files[1]).contains(text) {
        isInterrupted = true
        kill(process.processIdentifier, SIGINT)
      }
      usleep(5000)
    }
    return AssayProcess(
      exitCode: process.terminationReason == .exit
        ? process.terminationStatus : -process.terminationStatus,
      output: Self.text(files[0]), errors: Self.text(files[1]),
      seconds: (ContinuousClock.now - start) / .seconds(1), peakMemory: peak)
  }

  private static func text(_ path: String) -> String {
    (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
  }

  private static func residentPeak(of process: Int32) -> Int {
    let status = text("/proc/\(process)/status")
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
    let kilobytes = line?.split(whereSeparator: \.isWhitespace).dropFirst().first
    return 1024 * (kilobytes.flatMap { Int($0) } ?? 0)
  }
}
