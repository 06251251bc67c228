import Arguments
import Evidence
import Tensors

struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor", abstract: "Show versions, devices and paths, and what is missing.")

  func run() throws {
    print(
      """
      assay     \(AssayMain.version)
      libtorch  \(Backend.version)
      machine   \(Machine.current)
      threads   \(Backend.threads)
      devices   \(Device.available.map(\.description).joined(separator: ", "))
      package   \(Installation.root)
      cache     \(Installation.cache)
      """)
    for item in Doctor.items { print(item.line) }
  }
}
