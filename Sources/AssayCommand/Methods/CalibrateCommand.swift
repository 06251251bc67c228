import Arguments
import Audit
import Confidence
import Methods
import Networks

struct CalibrateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "calibrate",
    abstract: "Calibrate a model: fit a map of its scores, and write the model with it.",
    discussion: """
      The data must not be those that the model was trained on. '--out' gets the model as ONNX, with \
      the map behind its scores.
      """)

  private static let usual = "temperature"

  @OptionGroup var choice: MethodOptions

  @Option(help: "The ONNX file to write the calibrated model to.")
  var out: String?

  @OptionGroup var trial: TrialOptions

  func run() throws {
    let registry = MethodRegistry.calibrators
    guard !choice.methods else { return print(registry.text(usual: Self.usual)) }
    let (name, settings, calibrator) = try choice.make(from: registry, usual: Self.usual)
    try trial.run("calibrate: \(name)", settings: settings, out: out) { _ in
      CalibrationTrial(name, calibrator)
    } write: { outcome, path in
      try outcome.network!.write(onnx: path)
      return "Calibrated model: \(path)"
    }
  }
}
