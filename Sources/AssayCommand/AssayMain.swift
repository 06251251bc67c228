import Arguments
import Tensors

@main
struct AssayMain: ParsableCommand {
  static let version = "0.1.0"

  static let configuration = CommandConfiguration(
    commandName: "assay",
    abstract: "Puts a machine-learning model to the test.",
    discussion: "Without a model, 'assay audit' audits the bundled example.",
    version: version,
    subcommands: [
      AuditCommand.self, InspectCommand.self, PredictCommand.self, TrainCommand.self,
      VerifyCommand.self, CertifyCommand.self, BoundsCommand.self, LipschitzCommand.self,
      DataCommand.self, PapersCommand.self, ServeCommand.self, DoctorCommand.self,
    ])

  static func main() {
    Backend.keepFreedMemory()
    main(nil)
  }
}
