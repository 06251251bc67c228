import Arguments
import Foundation
import Tensors

struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor", abstract: "Show versions, devices and paths, and what is missing.")

  func run() throws {
    print(
      """
      assay            \(AssayMain.version)
      libtorch         \(Backend.version)
      machine          \(Doctor.machine)
      threads          \(Backend.threads)
      devices          \(Device.available.map(\.description).joined(separator: ", "))
      package          \(Installation.root)
      cache            \(Installation.cache)
      """)
    for item in Doctor.items {
      print(
        "\(item.isThere ? "found  " : "MISSING")          \(item.name): \(item.path)\(item.isThere ? "" : " — \(item.remedy)")"
      )
    }
  }
}

/// What Assay looks for on a machine.
enum Doctor {
  struct Item {
    let name: String
    let path: String
    let remedy: String
    var isThere: Bool { FileManager.default.fileExists(atPath: path) }
  }

  static var items: [Item] {
    [
      Item(
        name: "script for charts", path: Installation.chartBundlePath,
        remedy: "reports show tables instead; run Scripts/setup"),
      Item(
        name: "example model", path: Installation.exampleModel, remedy: "check out the file again"),
      Item(
        name: "example data", path: Installation.exampleData, remedy: "check out the file again"),
      Item(
        name: "fetcher of public data", path: Installation.root + "/Scripts/fetch-data",
        remedy: "run Assay from its package folder"),
    ]
  }

  /// The processor and the system, in words.
  static var machine: String {
    let info = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    let model = info.split(separator: "\n").first { $0.hasPrefix("model name") }
    let name = model?.split(separator: ":").last.map { $0.trimmingCharacters(in: .whitespaces) }
    let cores = ProcessInfo.processInfo.processorCount
    return
      "\(name ?? "unknown processor"), \(cores) cores, \(ProcessInfo.processInfo.operatingSystemVersionString)"
  }
}
