import Foundation

/// A program that the same build made, run as a user runs it.
public struct BuiltProgram: Sendable {
  public struct Result: Sendable {
    public let status: Int32
    public let output: String
    public let errors: String
  }

  private let executable: URL

  /// Finds the product called `name`, which lies beside the tests.
  public init(_ name: String) {
    let tests = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
    executable = tests.deletingLastPathComponent().appending(path: name)
  }

  /// Runs the program to its end; what it keeps for its user lies in the folder.
  public func run(_ arguments: [String], in folder: URL) throws -> Result {
    let process = Process()
    let (output, errors) = (Pipe(), Pipe())
    process.executableURL = executable
    process.arguments = arguments
    process.currentDirectoryURL = folder
    process.environment = ProcessInfo.processInfo.environment.merging(
      [
        "ASSAY_ROOT": TestFiles.package.path(percentEncoded: false),
        "XDG_DATA_HOME": folder.path(percentEncoded: false),
      ]
    ) { $1 }
    (process.standardOutput, process.standardError) = (output, errors)
    try process.run()
    // Both pipes are read before waiting; what a command prints fits into a pipe's buffer.
    let text = output.fileHandleForReading.readDataToEndOfFile()
    let complaint = errors.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return Result(
      status: process.terminationStatus, output: String(decoding: text, as: UTF8.self),
      errors: String(decoding: complaint, as: UTF8.self))
  }
}
