import Arguments
import Foundation
import Tensors

@main
struct AssayMain: ParsableCommand {
  static let version = "0.1.0"

  static let configuration = CommandConfiguration(
    commandName: "assay",
    abstract: "Test machine-learning models: audit, verify, certify.",
    discussion: "Without a model, 'assay audit' audits the bundled example.",
    version: version,
    subcommands: [
      AuditCommand.self, AttackCommand.self, CertifyCommand.self, CalibrateCommand.self,
      DetectCommand.self, ExplainCommand.self, HardenCommand.self, TrainCommand.self,
      VerifyCommand.self, InspectCommand.self, PredictCommand.self, BoundsCommand.self,
      LipschitzCommand.self,
      DataCommand.self, PapersCommand.self, ServeCommand.self, DoctorCommand.self,
    ])

  static func main() {
    Backend.keepFreedMemory()
    main(nil, ending: leave)
  }

  /// Bounds the process without taking down libtorch, of which nothing outlives the process: its
  /// destructors take longer than a small command.
  ///
  /// Whatever a command opened is closed by the time that it returns; what C streams still hold is
  /// written here.
  private static func leave(with code: Int32) -> Never {
    fflush(nil)
    _exit(code)
  }
}
