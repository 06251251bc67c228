import Foundation

/// The machine that something ran on, without its name.
public struct Machine: Sendable, Hashable, Codable, CustomStringConvertible {
  /// The processor's model.
  public let processor: String
  public let cores: Int
  /// The memory, in bytes.
  public let memory: UInt64
  /// The operating system and its version.
  public let system: String

  /// This machine.
  public static var current: Machine {
    let info = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    let model = info.split(separator: "\n").first { $0.hasPrefix("model name") }
    let name = model?.split(separator: ":").last.map { $0.trimmingCharacters(in: .whitespaces) }
    let process = ProcessInfo.processInfo
    return Machine(
      processor: name ?? "unknown processor", cores: process.processorCount,
      memory: process.physicalMemory, system: process.operatingSystemVersionString)
  }

  /// The processor and the system, in words.
  public var description: String { "\(processor), \(cores) cores, \(system)" }
}
